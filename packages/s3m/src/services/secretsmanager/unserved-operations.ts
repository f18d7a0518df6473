/** Operations of Secrets Manager that are not served here: rotation, replicas, and the check of a policy by a reasoner. */
export const unserved: readonly string[] = [
  'CancelRotateSecret',
  'RemoveRegionsFromReplication',
  'ReplicateSecretToRegions',
  'RotateSecret',
  'StopReplicationToReplica',
  'ValidateResourcePolicy',
];
