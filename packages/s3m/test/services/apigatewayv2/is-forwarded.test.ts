import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForwarded } from '../../../src/services/apigatewayv2/integrations/is-forwarded.ts';

test('Forwarded is a list of pairs, with blanks around its elements (RFC 7239 section 4)', () => {
  for (const value of ['', ' ', 'for=a', 'for=a;by=b , for="[::1]:80"', 'for="a\\"b"', ',for=a,, by=c\t', ' for=a '])
    assert.ok(isForwarded(value), value);
  for (const value of ['for', 'for="a', 'for=a b', 'for =a', 'for=a; by=b', 'for="a\\"']) assert.ok(!isForwarded(value), value);
});

test('No value of Forwarded that fits into a head takes long to read', () => {
  const before = performance.now();
  // Were each blank tried as the end of the one run and the beginning of another, this would take a hundred times as long.
  for (let count = 0; count < 20; count++) assert.ok(!isForwarded(`for=a,${' '.repeat(60_000)}=`));
  assert.ok(performance.now() - before < 5000);
});
