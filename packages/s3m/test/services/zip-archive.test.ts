import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readZip, ZipProblem } from '../../src/services/zip-archive.ts';
import { zipOf } from './zip-fixture.ts';

test('Files are read, compressed or stored, and directories left out', () => {
  const archive = zipOf({ 'a.txt': 'aaaa', 'd/': '', 'd/é.txt': 'b', empty: '' });
  assert.deepEqual(
    readZip(archive, 100).map(({ name, content }) => [name, content.toString()]),
    [
      ['a.txt', 'aaaa'],
      ['d/é.txt', 'b'],
      ['empty', ''],
    ],
  );
});

test('An archive larger than allowed, cut short or none at all is refused', () => {
  const archive = zipOf({ a: 'x'.repeat(1000) });
  assert.throws(() => readZip(archive, 999), new ZipProblem('larger than 999 bytes when unpacked'));
  assert.throws(() => readZip(Buffer.from('no zip'), 100), ZipProblem);
  assert.throws(() => readZip(archive.subarray(20), 10_000), ZipProblem);
});
