import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { readBody } from '../../../src/capabilities/bucket.ts';
import { BodyFiles } from '../../../src/services/s3/storage/body-files.ts';
import { BodySink, memoryBytes } from '../../../src/services/s3/storage/body-sink.ts';

function folderOf(): Disposable & { readonly path: string } {
  const root = mkdtempSync(join(tmpdir(), 's3m-bodies-'));
  return { path: join(root, 'objects'), [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

const written = async (files: BodyFiles, text: string): ReturnType<BodySink['finish']> => {
  const sink = new BodySink(files, true);
  await sink.write(Buffer.from(text));
  return sink.finish();
};

test('a file is there until the last one that holds it lets go, and an answer under way holds those that it has not come to', async () => {
  using folder = folderOf();
  const files = new BodyFiles(folder.path, { durable: true });
  const [one, two] = [await written(files, 'one'), await written(files, 'two')];
  const both = files.body([one.body, two.body].flatMap((body) => (Buffer.isBuffer(body) ? [] : body.pieces)));
  const release = both.hold();
  one.release();
  two.release();
  const pieces = both.read(1, 4)[Symbol.asyncIterator]();
  assert.equal(String((await pieces.next()).value), 'ne');
  assert.equal(String((await pieces.next()).value), 'tw');
  assert.equal((await pieces.next()).done, true);
  assert.equal(String(await readBody(both)), 'onetwo');
  assert.equal(readdirSync(folder.path).length, 2);
  release();
  release();
  while (readdirSync(folder.path).length > 0) await setImmediate();
});

test('few bytes stay in memory, and what is given up leaves no file', async () => {
  using folder = folderOf();
  const files = new BodyFiles(folder.path, { durable: false });
  const small = new BodySink(files);
  await small.write(Buffer.alloc(memoryBytes - 1, 'a'));
  await small.write(Buffer.from('b'));
  const { body } = await small.finish();
  assert.ok(Buffer.isBuffer(body));
  assert.equal(body.length, memoryBytes);
  assert.equal(existsSync(folder.path), false);
  const large = new BodySink(files);
  await large.write(Buffer.alloc(memoryBytes + 1));
  assert.equal(readdirSync(folder.path).length, 1);
  await large.abort();
  while (readdirSync(folder.path).length > 0) await setImmediate();
});
