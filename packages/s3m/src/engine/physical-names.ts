import type { DeployedStack } from './deployed-stack.ts';

/** Attributes in which types tell the name under which AWS lists a resource. */
const nameAttributes = ['Name', 'ServiceName', 'TargetGroupName', 'LoadBalancerName', 'FunctionName'] as const;

/** The logical id of each resource by what AWS calls it: what `Ref` answers, and its name. */
export function logicalIdsByName(stacks: Iterable<DeployedStack>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { resources } of stacks) {
    for (const { name, resource } of resources.values()) {
      const names = [resource.ref, ...nameAttributes.map((attribute) => resource.attributes[attribute])];
      for (const each of names) if (typeof each === 'string' && !found.has(each)) found.set(each, name.logicalId);
    }
  }
  return found;
}
