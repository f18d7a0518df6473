import assert from 'node:assert/strict';
import test from 'node:test';
import { preferredCoding } from '../../../../src/services/apigateway/compression/accept-encoding.ts';

test('The coding that the client likes best, if the gateway has it (AG-445, AG-446)', () => {
  const cases: readonly (readonly [string | undefined, string | undefined])[] = [
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['GZIP, deflate', 'gzip'],
    ['deflate;q=0.5, gzip;q=0.4', 'deflate'],
    ['br, gzip', undefined],
    ['br;q=0.1, gzip', 'gzip'],
    ['identity, gzip;q=0.5', undefined],
    ['gzip;q=0', undefined],
    ['*', undefined],
    ['gzip;q=2', undefined],
  ];
  for (const [header, coding] of cases) assert.equal(preferredCoding(header), coding, String(header));
});
