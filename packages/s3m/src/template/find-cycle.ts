/**
 * A cycle among `edges` (what each node depends on), as the path that leads round: `[A, B, C]` when A needs B, B needs C and C needs A.
 * Nodes that `edges` does not list count as nodes without dependencies. Undefined when there is none.
 */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const onPath = new Set<string>();

  function visit(node: string): string[] | undefined {
    if (done.has(node)) return undefined;
    if (onPath.has(node)) return path.slice(path.indexOf(node));
    path.push(node);
    onPath.add(node);
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    onPath.delete(node);
    done.add(node);
    return undefined;
  }

  for (const node of edges.keys()) {
    const cycle = visit(node);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Cycles that share no node, until none is left. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const rest = new Map(edges);
  const cycles: string[][] = [];
  for (let cycle = findCycle(rest); cycle !== undefined; cycle = findCycle(rest)) {
    cycles.push(cycle);
    for (const node of cycle) rest.delete(node);
  }
  return cycles;
}
