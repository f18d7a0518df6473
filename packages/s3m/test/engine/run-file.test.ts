import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { EngineFailure } from '../../src/engine/problem.ts';
import { claimProject, readRunFile } from '../../src/engine/run-file.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 's3m-run-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a claimed project is found by others, is private, and is free again after the release', (t) => {
  const folder = temporaryFolder(t);
  const claim = claimProject(folder);
  assert.equal(claim.stale, false);
  assert.equal(readRunFile(folder)?.pid, process.pid);
  assert.equal(statSync(join(folder, 'run.json')).mode & 0o777, 0o600);
  claim.release();
  assert.equal(readRunFile(folder), undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('two engines in one project: the second is told which process runs and how to stop it', (t) => {
  const folder = temporaryFolder(t);
  const claim = claimProject(folder);
  assert.throws(
    () => claimProject(folder),
    (error: unknown) =>
      error instanceof EngineFailure && error.problems[0]?.code === 'AlreadyRunning' && error.message.includes(String(process.pid)),
  );
  claim.release();
});

test('the run file of an engine that was killed is taken over, and the caller is told to clean up', (t) => {
  const folder = temporaryFolder(t);
  // This process's number with another start time: as if the number had been given out again.
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ pid: process.pid, started: '1', control: join(folder, 'control.sock') }));
  const claim = claimProject(folder);
  assert.equal(claim.stale, true);
  claim.release();
});

test('a folder with a long path gets a control socket with a short one', (t) => {
  const folder = join(temporaryFolder(t), 'x'.repeat(120));
  const claim = claimProject(folder);
  assert.ok(Buffer.byteLength(claim.run.control) <= 103);
  claim.release();
});

test('an engine that has ended, but that nobody waited for, counts as gone', { skip: process.platform !== 'linux' }, async (t) => {
  const folder = temporaryFolder(t);
  // The shell becomes a program that never waits for the child it started before.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 60 3<&-'], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
  const pid = Number(line.toString());
  // The child ends once its parent is no shell any more, which would wait for it.
  while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await setImmediate();
  (parent.stdio[3] as Writable).end();
  const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
  while (!stat().includes(') Z ')) await setImmediate();
  const started = stat()
    .slice(stat().lastIndexOf(')') + 2)
    .split(' ')[19];
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ pid, started, control: join(folder, 'control.sock') }));
  assert.equal(readRunFile(folder), undefined);
  const claim = claimProject(folder);
  assert.equal(claim.stale, true);
  claim.release();
});
