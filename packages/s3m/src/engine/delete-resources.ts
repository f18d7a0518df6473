import { createGraph } from '../graph/graph.ts';
import { walkGraph } from '../graph/walk.ts';
import type { Resource, ResourceName } from '../services/resource-type.ts';
import type { AddressBook } from './address-book.ts';
import type { KeptResources } from './kept-resources.ts';
import type { DeployedResource, DeployedStack } from './deployed-stack.ts';
import { toProblems, type Problem } from './problem.ts';

/** What every change of a stack needs, a deletion too. */
export interface Deletion {
  readonly addresses: AddressBook;
  readonly kept: KeptResources;
  /** Told of each change, in CloudFormation's words (`CREATE_COMPLETE`, `DELETE_COMPLETE`). */
  onChange(name: ResourceName, status: string): void;
}

/** Deletes resources, dependents before what they depend on. */
export async function deleteAll(
  resources: readonly DeployedResource[],
  deployed: DeployedStack,
  deployment: Deletion,
  quick: boolean,
  report: (problem: Problem) => void,
): Promise<void> {
  const byKey = new Map(resources.map((resource) => [deployedKey(resource), resource]));
  // Dependents first: here a node "depends" on those that use it.
  const graph = createGraph(
    resources.map((resource) => ({
      id: deployedKey(resource),
      dependencies: resources.filter((other) => other !== resource && other.dependsOn.includes(resource.name.logicalId)).map(deployedKey),
    })),
  );
  await walkGraph(graph, async (id) => {
    const { name, resource, generation, retain } = byKey.get(id)!;
    deployment.onChange(name, 'DELETE_IN_PROGRESS');
    if (!deployed.resources.has(name.logicalId) || quick) deployment.addresses.remove(owner(name));
    try {
      if (quick || retain) await quickly(resource);
      else {
        await resource.delete();
        await deployment.kept.remove(name, generation);
      }
      deployment.onChange(name, 'DELETE_COMPLETE');
    } catch (error) {
      for (const problem of toProblems(error)) report({ ...problem, stack: name.stack, logicalId: name.logicalId });
    }
  });
}

/** Resources of a stack, each after those it refers to. */
export function inOrder(resources: ReadonlyMap<string, DeployedResource>): readonly DeployedResource[] {
  const ordered = new Set<DeployedResource>();
  const add = (logicalId: string): void => {
    const resource = resources.get(logicalId);
    if (resource === undefined || ordered.has(resource)) return;
    resource.dependsOn.forEach(add);
    ordered.add(resource);
  };
  for (const logicalId of resources.keys()) add(logicalId);
  return [...ordered];
}

/** Deletes without waiting for a drain that nobody needs. */
export function quickly(resource: Resource): Promise<void> {
  return resource.stopNow === undefined ? resource.delete() : resource.stopNow();
}

/** Tells a resource from the one that replaces it. */
export function deployedKey({ name, generation }: DeployedResource): string {
  return `${name.logicalId}#${generation}`;
}

/** By whom addresses are put into the address book. */
export function owner(name: ResourceName): string {
  return `${name.stack}/${name.logicalId}`;
}
