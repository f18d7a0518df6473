import type { ResourceType } from '../resource-type.ts';
import { inertRegistrySetting } from './inert-registry-setting.ts';

/** `AWS::ECR::RegistryScanningConfiguration` (ECR-021). */
export const registryScanningConfiguration: ResourceType = inertRegistrySetting(
  'AWS::ECR::RegistryScanningConfiguration',
  ['Rules', 'ScanType'],
  'images are not scanned here',
);
