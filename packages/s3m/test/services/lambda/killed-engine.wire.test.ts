import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { endLeftProcesses, registerProcess } from '../../../src/services/lambda/process-register.ts';

/** Runs a function in an engine that is killed while the function is at work. Answers the function's process id. */
async function killEngine(stateDirectory: string, work: string): Promise<number> {
  const code = `exports.handler = async () => { console.log("pid " + process.pid + " "); ${work} }`;
  const engine = spawn(process.execPath, [join(import.meta.dirname, 'killed-engine.ts'), stateDirectory, code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(engine, 'exit');
  for await (const line of createInterface({ input: engine.stdout })) {
    const pid = /\tpid (\d+) $/.exec(line)?.[1];
    if (pid === undefined) continue;
    engine.kill('SIGKILL');
    await exited;
    return Number(pid);
  }
  throw new Error('the engine ended before its function was at work');
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a function ends by itself when its engine was killed', async () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), 's3m-killed-'));
  await untilGone(await killEngine(stateDirectory, 'await new Promise((r) => setTimeout(r, 1e6))'));
  assert.deepEqual(endLeftProcesses(stateDirectory), []);
  rmSync(stateDirectory, { recursive: true });
});

test('a function that is too busy to see it is ended by the next start', async () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), 's3m-killed-'));
  const pid = await killEngine(stateDirectory, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)');
  assert.ok(isRunning(pid));
  assert.deepEqual(endLeftProcesses(stateDirectory), [pid]);
  await untilGone(pid);
  assert.deepEqual(endLeftProcesses(stateDirectory), []);
  rmSync(stateDirectory, { recursive: true });
});

test('a process that is taken off the list is left alone', () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), 's3m-killed-'));
  const remove = registerProcess(stateDirectory, process.pid);
  remove();
  assert.deepEqual(endLeftProcesses(stateDirectory), []);
  rmSync(stateDirectory, { recursive: true });
});

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
