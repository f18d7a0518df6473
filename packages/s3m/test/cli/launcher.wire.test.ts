import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

const interruption = join(import.meta.dirname, '..', '..', 'src', 'cli', 'interruption.ts');
const runUnder = join(import.meta.dirname, '..', '..', 'bin', 'run-under.cjs');

/** A launcher whose program prints `up`, then whatever `program` does. */
function launch(program: string): ReturnType<typeof spawn> {
  const inner = `${program}; console.log('up'); setInterval(() => {}, 1000);`;
  const outer = `const under = require(${JSON.stringify(runUnder)}); under.runUnder(process.execPath, ['-e', ${JSON.stringify(inner)}], under.endsWithLauncher)`;
  return spawn(process.execPath, ['-e', outer], { stdio: ['ignore', 'pipe', 'pipe'] });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`the launcher passes ${signal} on that only it was sent, and ends as its program ends`, async () => {
    const launcher = launch(`process.on('${signal}', () => process.exit(7))`);
    await once(launcher.stdout!, 'data');
    launcher.kill(signal);
    const [code] = (await once(launcher, 'close')) as [number | null];
    assert.equal(code, 7);
  });
}

test('the launcher tells when its program was killed', async () => {
  const launcher = launch("console.error('pid', process.pid)");
  const said = text(launcher.stderr!);
  const [first] = (await once(launcher.stderr!, 'data')) as [Buffer];
  process.kill(Number(/pid (\d+)/.exec(first.toString())![1]), 'SIGKILL');
  const [code] = (await once(launcher, 'close')) as [number | null];
  assert.equal(code, 137);
  assert.match(await said, /killed \(SIGKILL\)\. What it left behind is cleaned up by the next start/);
});

test('a program whose launcher was killed ends as by SIGTERM', async () => {
  const launcher = launch(
    `import(${JSON.stringify(interruption)}).then(({ listenForInterruption }) => {
      const { signal } = listenForInterruption(() => {});
      signal.addEventListener('abort', () => { console.log('ended by', signal.reason); process.exit(0); });
      console.log('listens');
    })`,
  );
  let said = '';
  for await (const chunk of launcher.stdout!) {
    said += String(chunk);
    if (said.includes('listens') && !launcher.killed) launcher.kill('SIGKILL');
  }
  assert.match(said, /ended by SIGTERM/);
});

test('a program that is stopping goes on with it when its launcher is killed', async () => {
  const launcher = launch(
    `import(${JSON.stringify(interruption)}).then(({ listenForInterruption }) => {
      const { signal } = listenForInterruption(() => {});
      signal.addEventListener('abort', () => {
        const { now } = performance;
        performance.now = () => now.call(performance) + 10_000;
        process.on('disconnect', () => setImmediate(() => { console.log('stopped'); process.exit(0); }));
        console.log('stopping');
      });
      console.log('listens');
    })`,
  );
  let said = '';
  for await (const chunk of launcher.stdout!) {
    said += String(chunk);
    if (said.includes('stopping')) launcher.kill('SIGKILL');
    else if (said.includes('listens')) launcher.kill('SIGTERM');
  }
  assert.match(said, /stopping\nstopped/);
});
