import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { unzip, UnzipFailure } from '../../../src/services/lambda/unzip.ts';
import { zipArchive } from './zip-archive.ts';

function withDirectory(work: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 's3m-unzip-'));
  try {
    work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const corrupt = { message: 'Could not unzip uploaded file. Please check your file, then try to upload again.' };

test('files, folders, links and the executable bit are unpacked', () => {
  withDirectory((directory) => {
    const archive = zipArchive([
      { name: 'lib/', mode: 0o40755 },
      { name: 'lib/a.js', content: 'a'.repeat(1000) },
      { name: 'stored.txt', content: 'plain', stored: true },
      { name: 'bootstrap', content: '#!/bin/sh', mode: 0o100755 },
      { name: 'lib/link', content: '../stored.txt', mode: 0o120777 },
    ]);
    unzip(archive, directory);
    assert.equal(readFileSync(join(directory, 'lib/a.js'), 'utf8'), 'a'.repeat(1000));
    assert.equal(readFileSync(join(directory, 'stored.txt'), 'utf8'), 'plain');
    assert.ok((statSync(join(directory, 'bootstrap')).mode & 0o100) !== 0);
    assert.ok((statSync(join(directory, 'lib/a.js')).mode & 0o100) === 0);
    assert.equal(readlinkSync(join(directory, 'lib/link')), '../stored.txt');
  });
});

test('nothing is written outside of the directory', () => {
  withDirectory((directory) => {
    const inside = join(directory, 'code');
    for (const name of ['../out.txt', 'a/../../out.txt']) {
      assert.throws(() => unzip(zipArchive([{ name, content: 'x' }]), inside), corrupt);
    }
    for (const target of ['../..', '/etc', '../out']) {
      assert.throws(() => unzip(zipArchive([{ name: 'link', content: target, mode: 0o120777 }]), inside), corrupt);
    }
    assert.equal(existsSync(join(directory, 'out.txt')), false);
  });
});

test('an entry is not written through a link', () => {
  withDirectory((directory) => {
    const archive = zipArchive([
      { name: 'target', content: 'kept' },
      { name: 'link', content: 'target', mode: 0o120777 },
      { name: 'link', content: 'changed' },
    ]);
    assert.throws(() => unzip(archive, directory), corrupt);
    assert.equal(readFileSync(join(directory, 'target'), 'utf8'), 'kept');
  });
});

test('a link is not followed to place another entry', () => {
  withDirectory((directory) => {
    const inside = join(directory, 'code');
    const archive = zipArchive([
      { name: 'deep/a', content: '../top', mode: 0o120777 },
      { name: 'top/file', content: 'x' },
      { name: 'deep/a/out', content: '../../out', mode: 0o120777 },
      { name: 'deep/a/out/evil', content: 'x' },
    ]);
    assert.throws(() => unzip(archive, inside), corrupt);
    assert.equal(existsSync(join(directory, 'out')), false);
  });
});

test('what is no zip archive, or is cut, is refused with the text of AWS', () => {
  withDirectory((directory) => {
    const archive = zipArchive([{ name: 'a', content: 'hello' }]);
    assert.throws(() => unzip(Buffer.from('no zip'), directory), corrupt);
    assert.throws(() => unzip(archive.subarray(4), directory), UnzipFailure);
    assert.throws(() => unzip(archive.subarray(0, -30), directory), corrupt);
  });
});

test('an archive that unpacks to more than 250 MB is refused before anything is written', () => {
  withDirectory((directory) => {
    const archive = zipArchive([{ name: 'a', content: 'hello' }]);
    // The size in the central directory.
    archive.writeUInt32LE(262_144_001, archive.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
    assert.throws(() => unzip(archive, join(directory, 'code')), { message: 'Unzipped size must be smaller than 262144000 bytes' });
    assert.equal(existsSync(join(directory, 'code')), false);
  });
});
