import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectOf } from './command.ts';

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'program.cjs');

/** A repository whose builder notes that it ran and, with `STATUS`, how it ended. */
const builder = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const target = join(import.meta.dirname, '..', 'packages', 's3m', 'dist');
mkdirSync(target, { recursive: true });
appendFileSync(join(target, 'builds'), 'built ');
if (process.env.STATUS) { console.error('a.ts:1: syntax'); process.exit(Number(process.env.STATUS)); }
writeFileSync(join(target, 'main.mjs'), '');
writeFileSync(join(target, 'built-of'), readFileSync(0));
`;

function repository(): Disposable & { readonly home: string; readonly builds: () => string } {
  const project = projectOf({ 'tools/build.ts': builder, 'packages/s3m/src/cli/main.ts': '1', 'packages/s3m/bin/entry.mjs': '' });
  const home = join(project.path, 'packages', 's3m');
  const builds = join(home, 'dist', 'builds');
  return {
    home,
    builds: () => (existsSync(builds) ? readFileSync(builds, 'utf8') : ''),
    [Symbol.dispose]: () => project[Symbol.dispose](),
  };
}

function launch(home: string, environment: Readonly<Record<string, string>> = {}): ReturnType<typeof spawnSync> {
  const program = `console.log(require(${JSON.stringify(launcher)}).builtProgram(${JSON.stringify(home)}, process.execPath))`;
  return spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env: { ...process.env, ...environment } });
}

test('the launcher builds the program once, and again when a source was changed, added or removed', () => {
  using clone = repository();
  for (let start = 0; start < 2; start++) {
    const { stdout, status } = launch(clone.home);
    assert.equal(status, 0);
    assert.equal(stdout, `${join(clone.home, 'bin', 'entry.mjs')}\n`);
  }
  assert.equal(clone.builds(), 'built ');
  appendFileSync(join(clone.home, 'src', 'cli', 'main.ts'), '2');
  launch(clone.home);
  assert.equal(clone.builds(), 'built built ');
  mkdirSync(join(clone.home, 'src', 'engine'));
  writeFileSync(join(clone.home, 'src', 'engine', 'engine.ts'), '');
  launch(clone.home);
  rmSync(join(clone.home, 'src', 'engine'), { recursive: true });
  launch(clone.home);
  launch(clone.home);
  assert.equal(clone.builds(), 'built built built built ');
});

test('a build that fails ends the launcher with its text, and is tried again by the next start', () => {
  using clone = repository();
  const failed = launch(clone.home, { STATUS: '1' });
  assert.equal(failed.status, 1);
  assert.match(String(failed.stderr), /a\.ts:1: syntax/);
  assert.equal(launch(clone.home).status, 0);
  assert.equal(clone.builds(), 'built built ');
});

test('a published package, which has no builder beside it, runs what it brought', () => {
  using clone = repository();
  rmSync(join(clone.home, '..', '..', 'tools'), { recursive: true });
  assert.equal(launch(clone.home).status, 0);
  assert.equal(clone.builds(), '');
});
