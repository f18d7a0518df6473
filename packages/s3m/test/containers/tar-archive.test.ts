import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildContext } from '../../src/containers/build-context.ts';
import { tarArchive } from '../../src/containers/tar-archive.ts';
import { imageOf, temporaryDirectory } from './task-fixture.ts';

test('A build context is an archive that tar reads, with long names, without what .dockerignore leaves out', async () => {
  using directory = temporaryDirectory();
  const long = `${'deep/'.repeat(25)}file.txt`;
  imageOf(join(directory.path, 'context'), {
    Dockerfile: 'FROM a',
    '.dockerignore': 'skip\nDockerfile\n!skip/kept',
    'a.txt': 'hello',
    'skip/x': 'x',
    'skip/kept': 'k',
    [long]: 'far',
  });
  const chunks: Buffer[] = [];
  for await (const chunk of tarArchive(buildContext(join(directory.path, 'context'), 'Dockerfile'))) chunks.push(chunk as Buffer);
  const file = join(directory.path, 'context.tar');
  writeFileSync(file, Buffer.concat(chunks));
  const names = execFileSync('tar', ['-tf', file], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('/'));
  assert.deepEqual(names, ['.dockerignore', 'Dockerfile', 'a.txt', long, 'skip/kept']);
  assert.equal(execFileSync('tar', ['-xOf', file, 'a.txt', long], { encoding: 'utf8' }), 'hellofar');
});
