import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { readRunFile } from '../../src/engine/run-file.ts';

const program = join(import.meta.dirname, 'claimer-program.ts');
const claimers = 6;

test('of many starts in one moment after an engine that was killed, one gets the project and the others are told which', async () => {
  const root = mkdtempSync(join(tmpdir(), 's3m-claims-'));
  const started: ChildProcess[] = [];
  try {
    for (let round = 0; round < 4; round++) {
      const folder = join(root, String(round));
      mkdirSync(folder);
      // A number that may be this process's: with another start time it is another one.
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ pid: process.pid, started: '1', control: join(folder, 'control.sock') }));
      const go = join(root, `go${round}`);
      const ready = (index: number): string => join(root, `ready${round}-${index}`);
      const children = Array.from({ length: claimers }, (_, index) =>
        spawn(process.execPath, [program, folder, go, ready(index)], { stdio: ['pipe', 'pipe', 'inherit'] }),
      );
      started.push(...children);
      const answers = children.map(async (child) => String(((await once(child.stdout, 'data')) as [Buffer])[0]).trim());
      while (!children.every((_, index) => existsSync(ready(index)))) await setTimeout(5);
      writeFileSync(go, '');
      const told = await Promise.all(answers);
      const winner = children[told.indexOf('claimed')];
      assert.deepEqual(
        told.toSorted(),
        ['claimed', ...Array.from({ length: claimers - 1 }, () => `S3M already runs in this project (process ${winner?.pid})`)].toSorted(),
      );
      assert.equal(readRunFile(folder)?.pid, winner?.pid);
      await Promise.all(
        children.map((child) => {
          child.stdin.end();
          return once(child, 'exit');
        }),
      );
      assert.deepEqual(
        readdirSync(folder).filter((name) => name !== 'claim.lock'),
        [],
      );
    }
  } finally {
    for (const child of started) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
});
