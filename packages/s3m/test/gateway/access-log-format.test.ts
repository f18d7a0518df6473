import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { compileAccessLogFormat } from '../../src/gateway/access-log-format.ts';

type Values = Readonly<Record<string, string | undefined>>;

test('each line has the values of its own request, however much requests are alike (AG-470, AG-471)', () => {
  const names = ['requestId', 'path', 'status', 'integration.latency', 'identity.sourceIp'];
  const value = fc.option(fc.constantFrom('a', 'b', 'é', ''), { nil: undefined });
  const values = fc.record(Object.fromEntries(names.map((name) => [name, value])));
  const piece = fc.oneof(fc.constantFrom(...names), fc.constant(undefined));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.array(values, { maxLength: 12 }), (pieces, requests) => {
      const format = pieces.map((name) => (name === undefined ? ' and ' : `$context.${name};`)).join('');
      const line = compileAccessLogFormat<Values>(format, (name) => (from) => from[name]);
      for (const request of requests) {
        const expected = pieces.map((name) => (name === undefined ? ' and ' : `${request[name] ?? '-'};`)).join('');
        assert.equal(line(request), expected);
      }
    }),
  );
});

test('after a request whose line could not be made, the next one has its own values all the same', () => {
  const line = compileAccessLogFormat<Values>('$context.path $context.status', (name) => (from) => {
    if (from[name] === 'throws') throw new Error('no value');
    return from[name];
  });
  assert.equal(line({ path: '/a', status: '200' }), '/a 200');
  assert.throws(() => line({ path: '/b', status: 'throws' }), /no value/);
  assert.equal(line({ path: '/b', status: '200' }), '/b 200');
});
