import type { Graph } from './graph.ts';

/**
 * Runs `work` for every node as soon as all it depends on is done, as many at a time as the graph allows.
 * After a failure nothing new is begun; what runs is waited for, then the first failure is thrown.
 */
export async function walkGraph(graph: Graph, work: (id: string) => Promise<void>): Promise<void> {
  const waitingFor = new Map(graph.order.map((id) => [id, graph.dependencies(id).length]));
  const failures: unknown[] = [];

  async function run(id: string): Promise<void> {
    if (failures.length > 0) return;
    try {
      await work(id);
    } catch (error) {
      failures.push(error);
      return;
    }
    const ready = graph.dependents(id).filter((dependent) => {
      const left = waitingFor.get(dependent)! - 1;
      waitingFor.set(dependent, left);
      return left === 0;
    });
    await Promise.all(ready.map(run));
  }

  await Promise.all(graph.order.filter((id) => waitingFor.get(id) === 0).map(run));
  if (failures.length > 0) throw failures[0];
}
