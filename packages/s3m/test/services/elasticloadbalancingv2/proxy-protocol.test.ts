import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localHeader, proxyHeader } from '../../../src/services/elasticloadbalancingv2/network/proxy-protocol.ts';

/** A published capture of AWS's header, of a test suite for readers of the protocol (pires/go-proxyproto, tlvparse). */
const captured = [
  '0d0a0d0a000d0a515549540a21110054',
  'ac1f0771ac1f0a1fc8f20050',
  '030004e8d6892d',
  'ea001701767063652d3038643262663135666163353030316339',
  `040024${'00'.repeat(36)}`,
].join('');

test('the header of a connection through a VPC endpoint is the one that AWS sends, with its checksum (NLB-049)', () => {
  const header = proxyHeader({
    source: { address: '172.31.7.113', port: 51_442 },
    destination: { address: '172.31.10.31', port: 80 },
    endpointId: 'vpce-08d2bf15fac5001c9',
  });
  assert.equal(header.toString('hex'), captured);
});

test('a connection that came through no endpoint has a header of the same length, without the id (NLB-049)', () => {
  const header = proxyHeader({ source: { address: '10.0.0.1', port: 1024 }, destination: { address: '10.0.0.2', port: 80 } });
  assert.equal(header.length, 100);
  assert.equal(header.subarray(35, 38).toString('hex'), '04003e');
});

test('the header of a health check says LOCAL, and nothing of a client (NLB-049)', () => {
  assert.equal(localHeader.toString('hex'), '0d0a0d0a000d0a515549540a20000000');
});
