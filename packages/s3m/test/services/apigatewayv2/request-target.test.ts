import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { encodePlainPath } from '../../../src/gateway/path-encoding.ts';
import { tryParseTarget } from '../../../src/services/apigatewayv2/request/request-target.ts';

const piece = fc.oneof(
  fc.constantFrom('/', '%2F', '%252F', '%2e', '..', '.', '%5C', '\\', '%25', '%', '%zz', '%ff', 'a', '%20', '%C3%A9', ';', '?x=%2F'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 3 }),
);

test('What a backend decodes is the path that was matched and authorised, whatever was sent (AG-591)', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const target = tryParseTarget(`/${pieces.join('')}`);
      if (target === undefined) return;
      const sent = encodePlainPath(target.rawPath);
      assert.ok(sent !== undefined);
      assert.equal(decodeURIComponent(sent), target.rawPath);
      assert.ok(!sent.includes('?'));
      assert.ok(!target.rawPath.split(/[/\\]/).some((segment) => segment === '.' || segment === '..'));
    }),
    { numRuns: 3000 },
  );
});

test('A path is decoded once: an escaped escape stays one', () => {
  assert.deepEqual(tryParseTarget('/a%252Fb?x=%2F'), { rawPath: '/a%2Fb', query: 'x=%2F' });
  assert.equal(encodePlainPath('/a%2Fb'), '/a%252Fb');
});
