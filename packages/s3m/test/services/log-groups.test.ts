import assert from 'node:assert/strict';
import test from 'node:test';
import { Directory } from '../../src/capabilities/directory.ts';
import type { LogEvent } from '../../src/capabilities/log-group.ts';
import { declareLogGroup, ensureLogGroup, MemoryLogGroup } from '../../src/services/log-groups.ts';

const event = (message: string): LogEvent => ({ timestamp: 1, stream: 's', message });
const messages = (group: { tail(limit: number): readonly LogEvent[] }, limit = 100): string[] =>
  group.tail(limit).map((each) => each.message);

test('a log group answers its newest events in the order of arrival', () => {
  const group = new MemoryLogGroup('g');
  for (const message of ['a', 'b', 'c']) group.put(event(message));
  assert.deepEqual(messages(group), ['a', 'b', 'c']);
  assert.deepEqual(messages(group, 2), ['b', 'c']);
  assert.deepEqual(messages(group, 0), []);
});

test('a full log group drops the oldest events', () => {
  const group = new MemoryLogGroup('g', 3);
  for (const message of ['a', 'b', 'c', 'd', 'e']) group.put(event(message));
  assert.deepEqual(messages(group), ['c', 'd', 'e']);
  assert.deepEqual(messages(group, 1), ['e']);
});

test('a follower hears new events until it stops', () => {
  const group = new MemoryLogGroup('g');
  const heard: string[] = [];
  group.put(event('before'));
  const stop = group.follow((each) => heard.push(each.message));
  group.put(event('a'));
  stop();
  group.put(event('b'));
  assert.deepEqual(heard, ['a']);
});

test('a group that a log line created is found again and taken over by a resource with its events', () => {
  const directory = new Directory();
  const group = ensureLogGroup(directory, '/aws/lambda/f');
  group.put(event('early'));
  assert.equal(ensureLogGroup(directory, '/aws/lambda/f'), group);
  const withdraw = declareLogGroup(directory, '/aws/lambda/f');
  assert.ok(withdraw);
  assert.deepEqual(messages(directory.find('logGroup', '/aws/lambda/f')!), ['early']);
  withdraw();
  assert.equal(directory.find('logGroup', '/aws/lambda/f'), undefined);
});

test('a group belongs to one resource only', () => {
  const directory = new Directory();
  assert.ok(declareLogGroup(directory, 'g'));
  assert.equal(declareLogGroup(directory, 'g'), undefined);
  ensureLogGroup(directory, 'on-demand');
  assert.ok(declareLogGroup(directory, 'on-demand'));
  assert.equal(declareLogGroup(directory, 'on-demand'), undefined);
});
