import assert from 'node:assert/strict';
import test from 'node:test';
import { TraceStore } from '../../src/trace/trace-store.ts';
import { uuidText } from '../../src/trace/uuid.ts';
import type { OwnFacts } from '../../src/trace/own-facts.ts';
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

test('a request that is like another one is told with its own facts, and its place is taken by whatever comes later', () => {
  const store = new TraceStore(2);
  const id = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
  const like = {
    id: id(0),
    toTrace: (own?: OwnFacts): Trace => ({
      ...trace(own === undefined ? id(0) : uuidText(own)),
      path: own?.path ?? '/',
      time: own?.time ?? 0,
    }),
  };
  const own = (digit: number): OwnFacts => ({
    a: 0,
    b: 0,
    c: 0,
    d: digit,
    time: 1_700_000_000_000 + digit,
    path: `/${digit}`,
    authorizer: undefined,
    route: undefined,
    integrationMs: undefined,
    totalMs: digit,
  });
  store.add(like);
  store.addLike(like, own(1));
  store.addLike(like, own(2));
  assert.deepEqual(
    store.recent(5).map((each) => [each.id, each.path, each.time]),
    [
      [id(2), '/2', 1_700_000_000_002],
      [id(1), '/1', 1_700_000_000_001],
    ],
  );
  assert.equal(store.find(id(1))!.path, '/1');
  assert.equal(store.find(id(0)), undefined);
  store.addLike(like, own(3));
  store.add(trace('other'));
  assert.deepEqual(
    store.recent(5).map((each) => each.id),
    ['other', id(3)],
  );
});
