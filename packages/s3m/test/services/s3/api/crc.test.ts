import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, crc32c, crc64nvme } from '../../../../src/services/s3/api/crc.ts';

const bytes = Buffer.from('123456789');

test('checksums have the check values of their catalogues', () => {
  assert.equal(crc32(bytes).toString(16), 'cbf43926');
  assert.equal(crc32c(bytes).toString(16), 'e3069283');
  assert.equal(crc64nvme(bytes).toString('hex'), 'ae8b14860a799888');
  assert.equal(crc64nvme(Buffer.alloc(0)).toString('hex'), '0000000000000000');
  assert.equal(crc32c(Buffer.alloc(32)).toString(16), '8a9136aa'); // RFC 3720 appendix B.4: 32 bytes of zeroes
});
