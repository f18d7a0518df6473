import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectSocketDirectory } from '../../src/containers/socket-directory.ts';
import { temporaryDirectory } from './task-fixture.ts';

const own = `s3m-${userInfo().uid}`;

test('Only this user may enter the directory of the sockets, also when it was there before', () => {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, own));
  chmodSync(join(directory.path, own), 0o777);
  const sockets = projectSocketDirectory('0123abcd', [directory.path]);
  assert.equal(sockets, join(directory.path, own, '0123abcd'));
  assert.deepEqual(
    [sockets, join(directory.path, own)].map((path) => statSync(path).mode & 0o777),
    [0o700, 0o700],
  );
});

test('A base whose socket paths would be too long is passed over', () => {
  using directory = temporaryDirectory();
  const long = join(directory.path, 'x'.repeat(90));
  assert.ok(projectSocketDirectory('0123abcd', [long, directory.path]).startsWith(join(directory.path, own)));
  assert.throws(() => projectSocketDirectory('0123abcd', [long]), /longer than the 91 bytes that Unix sockets allow\. Set TMPDIR/);
});

test('A link in the place of the directory is not followed', () => {
  using directory = temporaryDirectory();
  mkdirSync(join(directory.path, 'elsewhere'));
  symlinkSync(join(directory.path, 'elsewhere'), join(directory.path, own));
  assert.throws(() => projectSocketDirectory('0123abcd', [directory.path]), /is no directory/);
});
