import assert from 'node:assert/strict';
import test from 'node:test';
import { TraceStore } from '../../src/trace/trace-store.ts';
import type { Trace } from '../../src/trace/trace.ts';

function trace(id: string): Trace {
  return { id, time: 0, api: 'a', stage: 's', method: 'GET', path: '/', source: '127.0.0.1', timings: {}, logs: [] };
}

test('The newest are kept, as many as fit, found by id and told newest first', () => {
  const store = new TraceStore(3);
  assert.deepEqual(store.recent(5), []);
  for (const id of ['a', 'b', 'c', 'd', 'e']) store.add(trace(id));
  assert.deepEqual(
    store.recent(5).map(({ id }) => id),
    ['e', 'd', 'c'],
  );
  assert.deepEqual(
    store.recent(2).map(({ id }) => id),
    ['e', 'd'],
  );
  assert.deepEqual(store.recent(0), []);
  assert.equal(store.find('b'), undefined);
  assert.equal(store.find('c')!.id, 'c');
});
