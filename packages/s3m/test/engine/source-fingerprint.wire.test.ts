import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('what a program prints to a file among its sources is no change of them, whatever the name of the file', (t) => {
  const app = mkdtempSync(join(tmpdir(), 's3m-sources-'));
  t.after(() => rmSync(app, { recursive: true, force: true }));
  writeFileSync(join(app, 'app.ts'), 'one');
  const module = import.meta.resolve('../../src/engine/source-fingerprint.ts');
  const program = `
    import { writeSync } from 'node:fs';
    import { fingerprintSources, fingerprintTree } from ${JSON.stringify(module)};
    const both = () => fingerprintSources(${JSON.stringify(app)}) + fingerprintTree(${JSON.stringify(app)});
    const before = both();
    writeSync(1, 'a line');
    process.exitCode = both() === before ? 10 : 11;`;
  const output = openSync(join(app, 'output.txt'), 'w');
  t.after(() => closeSync(output));
  const args = ['--input-type=module-typescript', '--eval', program];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', output, 'inherit'] });
  assert.equal(status, 10);
  assert.equal(readFileSync(join(app, 'output.txt'), 'latin1'), 'a line');
});
