import type { ResourceType } from '../resource-type.ts';
import { inertRegistrySetting } from './inert-registry-setting.ts';

/** `AWS::ECR::ReplicationConfiguration`. */
export const replicationConfiguration: ResourceType = inertRegistrySetting(
  'AWS::ECR::ReplicationConfiguration',
  ['ReplicationConfiguration'],
  'there is one account in one region here, so images have nowhere else to go',
);
