import { findCycle } from '../template/find-cycle.ts';

/** Something that must be made after the things it depends on. */
export interface GraphNode {
  readonly id: string;
  /** Ids of nodes that must be there first. Ids that are no nodes are ignored: they are there already. */
  readonly dependencies: readonly string[];
}

/** Nodes that need each other (CFN-009). `cycle` is the way round: each needs the next, the last the first. */
export class CircularDependency extends Error {
  readonly cycle: readonly string[];

  constructor(cycle: readonly string[]) {
    super(`Circular dependency between resources: [${cycle.join(', ')}]`);
    this.name = 'CircularDependency';
    this.cycle = cycle;
  }
}

/** An order in which nodes can be made, and, backwards, unmade. */
export interface Graph {
  /** Every node after all it depends on; ties in the order given. */
  readonly order: readonly string[];
  /** Groups of nodes that can be made at the same time, one group after the other. */
  readonly batches: readonly (readonly string[])[];
  dependencies(id: string): readonly string[];
  /** Nodes that directly depend on `id`. */
  dependents(id: string): readonly string[];
}

/** @throws CircularDependency */
export function createGraph(nodes: readonly GraphNode[]): Graph {
  const known = new Set(nodes.map(({ id }) => id));
  const dependencies = new Map(nodes.map((node) => [node.id, [...new Set(node.dependencies)].filter((id) => known.has(id))]));
  const cycle = findCycle(dependencies);
  if (cycle !== undefined) throw new CircularDependency(cycle);
  const dependents = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const [id, needed] of dependencies) for (const one of needed) dependents.get(one)!.push(id);
  const batches = group(dependencies, dependents);
  return {
    order: batches.flat(),
    batches,
    dependencies: (id) => dependencies.get(id) ?? [],
    dependents: (id) => dependents.get(id) ?? [],
  };
}

/** The same nodes with every edge turned round: the order in which to delete. */
export function reverseGraph(graph: Graph): Graph {
  return createGraph(graph.order.toReversed().map((id) => ({ id, dependencies: graph.dependents(id) })));
}

function group(dependencies: ReadonlyMap<string, readonly string[]>, dependents: ReadonlyMap<string, readonly string[]>): string[][] {
  const waitingFor = new Map([...dependencies].map(([id, needed]) => [id, needed.length]));
  const batches: string[][] = [];
  let ready = [...waitingFor].flatMap(([id, count]) => (count === 0 ? [id] : []));
  while (ready.length > 0) {
    batches.push(ready);
    const next: string[] = [];
    for (const id of ready) {
      for (const dependent of dependents.get(id) ?? []) {
        const left = waitingFor.get(dependent)! - 1;
        waitingFor.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    ready = next;
  }
  return batches;
}
