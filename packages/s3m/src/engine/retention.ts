import type { ResourceType } from '../services/resource-type.ts';
import type { TemplateResource } from '../template/assembly.ts';
import type { DeployedResource } from './deployed-stack.ts';

/** What the policies of a resource say (CFN-008). Only data are retained: anything else has nothing that would go on. */
export function retention(type: ResourceType, resource: TemplateResource | undefined): Pick<DeployedResource, 'retain' | 'retainReplaced'> {
  const hasData = type.forget !== undefined;
  return {
    retain: hasData && (resource?.DeletionPolicy === 'Retain' || resource?.DeletionPolicy === 'RetainExceptOnCreate'),
    retainReplaced: hasData && resource?.UpdateReplacePolicy === 'Retain',
  };
}
