import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AddressPool } from '../../src/network/address-pool.ts';
import { formatAddress, tryParseAddress, tryParseRange } from '../../src/network/ipv4.ts';

const pool = (cidr: string): AddressPool => new AddressPool(tryParseRange(cidr)!);

describe('the addresses of a subnet', () => {
  it('of 16 give 11, without the first four and the last (VPC-006)', () => {
    const addresses = pool('10.0.0.16/28');
    const taken = Array.from({ length: 11 }, (_, index) => addresses.take(`task ${index}`)!);
    assert.deepEqual(
      taken.toSorted((a, b) => a - b).map(formatAddress),
      Array.from({ length: 11 }, (_, index) => `10.0.0.${20 + index}`),
    );
    assert.equal(addresses.take('one more'), undefined);
    assert.equal(addresses.free, 0);
  });

  it('are the same for a name in every run, whoever else is there', () => {
    const [one, other] = [pool('10.0.0.0/16'), pool('10.0.0.0/16')];
    other.take('task values/7');
    assert.equal(one.take('NLB node PrivateNlb'), other.take('NLB node PrivateNlb'));
  });

  it('go to another name only when no fresh one is left', () => {
    const addresses = pool('10.0.0.0/28');
    const seen = new Set<number>();
    for (let index = 0; index < 11; index++) {
      const address = addresses.take(`task ${index}`)!;
      assert.ok(!seen.has(address), 'reused before all were used once');
      seen.add(address);
      addresses.giveBack(address, `task ${index}`);
    }
    assert.ok(seen.has(addresses.take('task 11')!));
  });

  it('go back at once to the name that had them', () => {
    const addresses = pool('10.0.0.0/24');
    const address = addresses.take('node')!;
    addresses.giveBack(address, 'node');
    assert.equal(addresses.take('node'), address);
  });

  it('can be claimed one by one, once, and only usable ones', () => {
    const addresses = pool('10.0.0.0/24');
    const claim = (text: string): string | undefined => addresses.claim(tryParseAddress(text)!);
    assert.deepEqual(['10.0.0.4', '10.0.0.4', '10.0.0.3', '10.0.0.255', '10.0.1.4', '10.0.0.254'].map(claim), [
      undefined,
      'taken',
      'unusable',
      'unusable',
      'unusable',
      undefined,
    ]);
  });
});
