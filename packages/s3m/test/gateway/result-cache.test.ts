import assert from 'node:assert/strict';
import test from 'node:test';
import { ResultCache } from '../../src/gateway/result-cache.ts';

const cached = { principalId: 'u' };

test('An entry is there until its time, which use does not put off (AG-118)', () => {
  const cache = new ResultCache<object>();
  cache.keep('token', cached, 1000, 30);
  assert.equal(cache.find('token', 999), cached);
  assert.equal(cache.find('token', 999), cached);
  assert.equal(cache.find('token', 1000), undefined);
  assert.equal(cache.entries, 0);
});

test('There are never more than 131,072; the oldest that was not used goes', () => {
  const cache = new ResultCache<object>();
  for (let index = 0; index < 131_072; index++) cache.keep(`t${index}`, cached, 1000, 1);
  cache.find('t0', 0);
  cache.keep('one more', cached, 1000, 1);
  assert.equal(cache.entries, 131_072);
  assert.ok(cache.find('t0', 0) !== undefined);
  assert.equal(cache.find('t1', 0), undefined);
});

test('Nor more than 64 Mi characters together, and one that is larger by itself is not kept', () => {
  const cache = new ResultCache<object>();
  const mebi = 1024 * 1024;
  cache.keep('a', cached, 1000, 65 * mebi);
  assert.equal(cache.entries, 0);
  for (let index = 0; index < 128; index++) cache.keep(`t${index}`, cached, 1000, mebi - 10);
  assert.equal(cache.entries, 64);
  assert.ok(cache.find('t127', 0) !== undefined);
});

test('A hundred thousand callers in turn all find theirs, whoever came before them', () => {
  const cache = new ResultCache<object>();
  const callers = ['who came before', ...Array.from({ length: 100_000 }, (_, index) => `t${index}`)];
  for (const caller of callers) cache.keep(caller, cached, 1000, 1);
  assert.equal(callers.filter((caller) => cache.find(caller, 0) === undefined).length, 0);
});

test('A flush says how many there were and begins a new generation (AG-114)', () => {
  const cache = new ResultCache<object>();
  const { generation } = cache;
  cache.keep('a', cached, 1000, 1);
  cache.keep('a', cached, 2000, 1);
  cache.keep('b', cached, 1000, 1);
  assert.equal(cache.flush(), 2);
  assert.equal(cache.find('a', 0), undefined);
  assert.notEqual(cache.generation, generation);
});

test('Identities that agree in the lower half of their characters only are different ones', () => {
  const cache = new ResultCache<string>();
  cache.keep('["\u0141dmin"]', 'of \u0141dmin', 1000, 1);
  assert.equal(cache.find('["Admin"]', 0), undefined);
  assert.equal(cache.find('["\u0141dmin"]', 0), 'of \u0141dmin');
});
