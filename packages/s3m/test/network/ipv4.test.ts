import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert as check, integer, ipV4, property, tuple } from 'fast-check';
import {
  formatAddress,
  formatRange,
  rangeCovers,
  rangeHolds,
  rangesOverlap,
  tryParseAddress,
  tryParseRange,
} from '../../src/network/ipv4.ts';

describe('IPv4 addresses and ranges', () => {
  it('read and write every address alike', () => {
    check(
      property(ipV4(), (text) => {
        const number = tryParseAddress(text);
        assert.ok(number !== undefined);
        assert.equal(formatAddress(number), text);
      }),
    );
  });

  for (const text of ['', '10.0.0', '10.0.0.256', '10.0.0.01', '10.0.0.-1', '10.0.0.1 ', '0x0a.0.0.1', '10.0.0.0.0', '::1']) {
    it(`"${text}" is no address`, () => assert.equal(tryParseAddress(text), undefined));
  }

  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/16/8', '10.0.0.0/1e1']) {
    it(`"${text}" is no range`, () => assert.equal(tryParseRange(text), undefined));
  }

  it('clear the host bits of a range, as EC2 does', () => {
    assert.equal(formatRange(tryParseRange('10.1.2.3/16')!), '10.1.0.0/16');
    assert.equal(formatRange(tryParseRange('203.0.113.9/0')!), '0.0.0.0/0');
  });

  it('hold their first and last address and no neighbour', () => {
    const range = tryParseRange('10.0.128.0/18')!;
    const holds = ['10.0.127.255', '10.0.128.0', '10.0.191.255', '10.0.192.0'].map((text) => rangeHolds(range, tryParseAddress(text)!));
    assert.deepEqual(holds, [false, true, true, false]);
  });

  it('overlap exactly when one covers the other', () => {
    const range = tuple(ipV4(), integer({ min: 0, max: 32 })).map(([address, prefix]) => tryParseRange(`${address}/${prefix}`)!);
    check(
      property(range, range, (one, other) => {
        assert.equal(rangesOverlap(one, other), rangeCovers(one, other) || rangeCovers(other, one));
      }),
    );
  });
});
