import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

/** A clone without dependencies, whose `npm` notes each run, takes a moment and ends with `status`. */
function clone(status = 0): Disposable & { readonly path: string; start(): ChildProcess; runs(): string } {
  const path = mkdtempSync(join(tmpdir(), 's3m-clone-'));
  mkdirSync(join(path, 'tools'));
  mkdirSync(join(path, 'bin'));
  cpSync(join(import.meta.dirname, '..', 'install.cjs'), join(path, 'tools', 'install.cjs'));
  writeFileSync(join(path, 'package-lock.json'), '{}');
  writeFileSync(
    join(path, 'bin', 'npm'),
    `#!/bin/sh\necho run >> "${path}/runs"\nmkdir -p "${path}/node_modules"\nsleep 0.3\nexit ${status}\n`,
  );
  chmodSync(join(path, 'bin', 'npm'), 0o755);
  writeFileSync(join(path, 'runs'), '');
  const { npm_execpath: _, ...environment } = process.env;
  const env = { ...environment, PATH: `${join(path, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  return {
    path,
    start: () =>
      spawn(process.execPath, ['-e', `require(${JSON.stringify(join(path, 'tools', 'install.cjs'))}).ensureInstalled()`], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env,
      }),
    runs: () => readFileSync(join(path, 'runs'), 'utf8'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

test('of commands that find dependencies missing at the same time one installs, and the others wait for it', async () => {
  using repository = clone();
  const codes = await Promise.all([1, 2, 3].map(async () => (await once(repository.start(), 'close'))[0] as number));
  assert.deepEqual(codes, [0, 0, 0]);
  assert.equal(repository.runs(), 'run\n');
});

test('one that was killed while it installed does not keep others from it', async () => {
  using repository = clone();
  const killed = repository.start();
  // It says that it installs before it begins.
  await once(killed.stderr!, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'close');
  const [code] = (await once(repository.start(), 'close')) as [number];
  assert.equal(code, 0);
});

test('an install that fails says what to do, and the next command tries again', async () => {
  using repository = clone(1);
  for (let round = 0; round < 2; round++) {
    const command = repository.start();
    const said = text(command.stderr!);
    const [code] = (await once(command, 'close')) as [number];
    assert.equal(code, 1);
    assert.match(await said, /Could not install the dependencies: npm ended with 1\nfix: run "npm ci" in /);
  }
  assert.equal(repository.runs(), 'run\nrun\n');
});
