import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CircularDependency, createGraph, reverseGraph, type GraphNode } from '../../src/graph/graph.ts';
import { walkGraph } from '../../src/graph/walk.ts';

/** Nodes where each depends on some before it, shuffled: never a cycle. */
const acyclic: fc.Arbitrary<GraphNode[]> = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 20 })
  .map((lists) =>
    lists.map((list, index) => ({ id: `n${index}`, dependencies: index === 0 ? [] : list.map((number) => `n${number % index}`) })),
  )
  .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length }));

test('Every node comes once and after all it depends on; backwards before them', () => {
  fc.assert(
    fc.property(acyclic, (nodes) => {
      const graph = createGraph(nodes);
      const position = new Map(graph.order.map((id, index) => [id, index]));
      const backwards = new Map(reverseGraph(graph).order.map((id, index) => [id, index]));
      assert.equal(position.size, nodes.length);
      assert.equal(graph.order.length, nodes.length);
      for (const { id, dependencies } of nodes) {
        for (const needed of dependencies) {
          assert.ok(position.get(needed)! < position.get(id)!);
          assert.ok(backwards.get(needed)! > backwards.get(id)!);
        }
      }
    }),
  );
});

test('A batch holds everything that only needs earlier batches', () => {
  const graph = createGraph([
    { id: 'd', dependencies: ['b', 'c'] },
    { id: 'b', dependencies: ['a'] },
    { id: 'c', dependencies: ['a', 'somewhere else'] },
    { id: 'a', dependencies: [] },
    { id: 'e', dependencies: [] },
  ]);
  assert.deepEqual(graph.batches, [['a', 'e'], ['b', 'c'], ['d']]);
  assert.deepEqual(graph.dependents('a'), ['b', 'c']);
});

test('A cycle is refused with the way round (CFN-009)', () => {
  const nodes = [
    { id: 'start', dependencies: ['a'] },
    { id: 'a', dependencies: ['b'] },
    { id: 'b', dependencies: ['c'] },
    { id: 'c', dependencies: ['a'] },
  ];
  assert.throws(
    () => createGraph(nodes),
    (error) => {
      assert.ok(error instanceof CircularDependency);
      assert.equal(error.message, 'Circular dependency between resources: [a, b, c]');
      return true;
    },
  );
  assert.throws(() => createGraph([{ id: 'self', dependencies: ['self'] }]), /\[self\]/);
});

test('Walking begins a node when all it needs is done, and not before', async () => {
  await fc.assert(
    fc.asyncProperty(acyclic, async (nodes) => {
      const graph = createGraph(nodes);
      const done = new Set<string>();
      await walkGraph(graph, async (id) => {
        for (const needed of graph.dependencies(id)) assert.ok(done.has(needed));
        await Promise.resolve();
        done.add(id);
      });
      assert.equal(done.size, nodes.length);
    }),
  );
});

test('Independent nodes are walked at the same time', async () => {
  const { promise: bothStarted, resolve } = Promise.withResolvers<void>();
  let running = 0;
  await walkGraph(
    createGraph([
      { id: 'a', dependencies: [] },
      { id: 'b', dependencies: [] },
    ]),
    async () => {
      if (++running === 2) resolve();
      await bothStarted;
    },
  );
  assert.equal(running, 2);
});

test('After a failure nothing new begins, what runs is waited for, and the failure is thrown', async () => {
  const graph = createGraph([
    { id: 'fails', dependencies: [] },
    { id: 'slow', dependencies: [] },
    { id: 'after', dependencies: ['slow'] },
  ]);
  const finished: string[] = [];
  const walking = walkGraph(graph, async (id) => {
    if (id === 'fails') throw new Error('broken');
    await new Promise((resolve) => setImmediate(resolve));
    finished.push(id);
  });
  await assert.rejects(walking, /broken/);
  assert.deepEqual(finished, ['slow']);
});
