import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runInOrder } from '../../src/engine/ready-set.ts';

test('work runs after everything it depends on, whatever the shape of the graph', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { maxLength: 30 }), async (edges) => {
      const done = new Set<string>();
      await runInOrder(
        edges.map((needs, index) => {
          // Only earlier ones, so that there is no cycle.
          const dependsOn = needs.filter((need) => need < index).map(String);
          return {
            id: String(index),
            dependsOn,
            run: async () => {
              await Promise.resolve();
              for (const need of dependsOn) assert.ok(done.has(need));
              done.add(String(index));
            },
          };
        }),
      );
      assert.equal(done.size, edges.length);
    }),
  );
});

test('independent work runs at the same time', async () => {
  let running = 0;
  let most = 0;
  const piece = (id: string) => ({
    id,
    dependsOn: [],
    run: async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    },
  });
  await runInOrder([piece('a'), piece('b'), piece('c')]);
  assert.equal(most, 3);
});

test('after a failure nothing new starts, what runs is awaited, and the first error comes out', async () => {
  const ended: string[] = [];
  const failing = runInOrder([
    { id: 'bad', dependsOn: [], run: async () => Promise.reject(new Error('first')) },
    {
      id: 'slow',
      dependsOn: [],
      run: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        ended.push('slow');
      },
    },
    { id: 'after bad', dependsOn: ['bad'], run: async () => void ended.push('after bad') },
    { id: 'after slow', dependsOn: ['slow'], run: async () => void ended.push('after slow') },
  ]);
  await assert.rejects(failing, /first/);
  assert.deepEqual(ended, ['slow']);
});
