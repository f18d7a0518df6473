import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogStore } from '../../src/engine/log-store.ts';
import { LineRing } from '../../src/trace/line-ring.ts';

const line = (source: string, message: string) => ({ source, stream: 's', message, timestamp: 0 });

test('lines are found by a part of the name, whatever the case', () => {
  const store = new LogStore();
  store.add(line('Weather-Service', 'a'));
  store.add(line('authorizer', 'b'));
  assert.deepEqual(
    store.tail('WEATHER', 10).map(({ message }) => message),
    ['a'],
  );
});

test('only the newest lines are kept', () => {
  const store = new LogStore(10);
  for (let index = 0; index < 100; index++) store.add(line('x', String(index)));
  const kept = store.tail(undefined, 1000).map(({ message }) => Number(message));
  assert.ok(kept.length <= 20);
  assert.equal(kept.at(-1), 99);
});

test('a source that talks much does not drive out one that said little, and lines keep their order', () => {
  const store = new LogStore(10);
  store.add(line('authorizer', 'first'));
  for (let index = 0; index < 100; index++) store.add(line('service', String(index)));
  store.add(line('authorizer', 'last'));
  assert.deepEqual(
    store.tail('authorizer', 10).map(({ message }) => message),
    ['first', 'last'],
  );
  assert.deepEqual(
    store.tail(undefined, 3).map(({ message }) => message),
    ['98', '99', 'last'],
  );
});

test('a follower sees new lines until it stops', () => {
  const store = new LogStore();
  const seen: string[] = [];
  const stop = store.follow('x', ({ message }) => seen.push(message));
  store.add(line('x', '1'));
  store.add(line('y', '2'));
  stop();
  store.add(line('x', '3'));
  assert.deepEqual(seen, ['1']);
});

test('lines that a log group has are told from there, among the others in the order in which they came', () => {
  const group = new LineRing(10, 1000);
  const store = new LogStore(3, (name) => (name === 'access' ? group : undefined));
  const log = (message: string): void => {
    group.add({ timestamp: 0, stream: 'g', message });
    store.add({ ...line('access', message), quiet: true });
  };
  group.add({ timestamp: 0, stream: 'g', message: 'from before' });
  store.add(line('task', 'a'));
  log('b');
  store.add(line('task', 'c'));
  const told = (name: string | undefined, limit: number): string[] =>
    store.tail(name, limit).map(({ source, message }) => `${source} ${message}`);
  assert.deepEqual(told('access', 10), ['access b']);
  for (const message of ['d', 'e', 'f']) log(message);
  assert.deepEqual(told(undefined, 10), ['task a', 'task c', 'access d', 'access e', 'access f']);
  store.add({ ...line('gone', 'g'), quiet: true });
  assert.deepEqual(told('gone', 10), []);
});
