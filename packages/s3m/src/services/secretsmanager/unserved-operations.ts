/** Operations of Secrets Manager that are not served here: replicas, and the check of a policy by a reasoner. */
export const unserved: readonly string[] = [
  'RemoveRegionsFromReplication',
  'ReplicateSecretToRegions',
  'StopReplicationToReplica',
  'ValidateResourcePolicy',
];
