import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullChecksum, runningDigest } from '../../../../src/services/s3/api/checksums.ts';
import { combineCrcs } from '../../../../src/services/s3/api/combine-crcs.ts';
import { crc32, crc32c, crc64nvme } from '../../../../src/services/s3/api/crc.ts';
import { seededRandom } from '../../../seeded-random.ts';

const bytes = Buffer.from('123456789');

test('checksums have the check values of their catalogues', () => {
  assert.equal(crc32(bytes).toString(16), 'cbf43926');
  assert.equal(crc32c(bytes).toString(16), 'e3069283');
  assert.equal(crc64nvme(bytes).toString('hex'), 'ae8b14860a799888');
  assert.equal(crc64nvme(Buffer.alloc(0)).toString('hex'), '0000000000000000');
  assert.equal(crc32c(Buffer.alloc(32)).toString(16), '8a9136aa'); // RFC 3720 appendix B.4: 32 bytes of zeroes
});

const random = seededRandom(64);
const many = Buffer.from(Array.from({ length: 1000 }, () => Math.floor(random() * 256)));
const cuts = [0, 1, 7, 8, 9, 300, 300, 301, 999, 1000];

test('a checksum of pieces as they come is that of the whole', () => {
  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    const running = runningDigest(algorithm);
    cuts.forEach((from, index) => running.update(many.subarray(from, cuts[index + 1] ?? many.length)));
    assert.equal(running.digest().toString('base64'), fullChecksum(algorithm, many).value, algorithm);
  }
});

test("the CRC of a whole is made of its parts' CRCs and sizes", () => {
  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
    const parts = cuts.map((from, index) => many.subarray(from, cuts[index + 1] ?? many.length));
    const crcs = parts.map((part) => ({ crc: Buffer.from(fullChecksum(algorithm, part).value, 'base64'), size: part.length }));
    assert.equal(combineCrcs(algorithm, crcs).toString('base64'), fullChecksum(algorithm, many).value, algorithm);
  }
  assert.throws(() => combineCrcs('SHA1', []));
});
