import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaledClock } from '../../src/clock/scaled-clock.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { ContainerHealth } from '../../src/containers/container-health.ts';

function healthOf(more: { readonly startPeriodMs?: number } = {}) {
  const clock = new VirtualClock();
  const bench = { clock, exitCode: 0 as number | undefined, runs: [] as number[], changes: 0 };
  const began = clock.now();
  const health = new ContainerHealth({
    check: { command: ['CMD-SHELL', 'curl -f localhost'], intervalMs: 30_000, timeoutMs: 5000, retries: 3, startPeriodMs: 0, ...more },
    run: () => {
      bench.runs.push(clock.now() - began);
      return Promise.resolve({ exitCode: bench.exitCode, output: ['curl: (7) refused', ''] });
    },
    schedule: clock,
    changed: () => bench.changes++,
  });
  health.start();
  return Object.assign(bench, { health });
}

describe('the health of a container (ECS-016, ECS-017)', () => {
  it('is UNKNOWN until the first check, an interval after the start, and HEALTHY after one that passes', async () => {
    const { clock, health, runs } = healthOf();
    await clock.advance(29_999);
    assert.equal(health.status, 'UNKNOWN');
    await clock.advance(1);
    assert.equal(health.status, 'HEALTHY');
    await clock.advance(60_000);
    assert.deepEqual(runs, [30_000, 60_000, 90_000]);
  });

  it('is UNHEALTHY after as many failures in a row as Retries says, and HEALTHY again after one success', async () => {
    const bench = healthOf();
    bench.exitCode = 1;
    await bench.clock.advance(60_000);
    bench.exitCode = 0;
    await bench.clock.advance(30_000);
    assert.equal(bench.health.status, 'HEALTHY');
    bench.exitCode = 1;
    await bench.clock.advance(89_999);
    assert.equal(bench.health.status, 'HEALTHY');
    await bench.clock.advance(1);
    assert.equal(bench.health.status, 'UNHEALTHY');
    assert.equal(bench.health.failure, 'its health check "CMD-SHELL curl -f localhost" ends with exit code 1 (curl: (7) refused)');
    bench.exitCode = 0;
    await bench.clock.advance(30_000);
    assert.equal(bench.health.status, 'HEALTHY');
    assert.equal(bench.changes, 3);
  });

  it('does not count failures within the start period, unless a check has passed before', async () => {
    const bench = healthOf({ startPeriodMs: 100_000 });
    bench.exitCode = undefined;
    await bench.clock.advance(179_999);
    assert.equal(bench.health.status, 'UNKNOWN');
    await bench.clock.advance(1);
    assert.equal(bench.health.status, 'UNHEALTHY');
    assert.match(bench.health.failure!, /takes longer than 5 s/);
    const early = healthOf({ startPeriodMs: 300_000 });
    await early.clock.advance(30_000);
    early.exitCode = 1;
    await early.clock.advance(90_000);
    assert.equal(early.health.status, 'UNHEALTHY');
  });

  it('scales the start period as it does the interval', async () => {
    const clock = new VirtualClock();
    const health = new ContainerHealth({
      check: { command: ['CMD', 'x'], intervalMs: 30_000, timeoutMs: 5000, retries: 1, startPeriodMs: 45_000 },
      run: () => Promise.resolve({ exitCode: 1, output: [] }),
      schedule: scaledClock(clock, 0.01),
      changed: () => {},
    });
    health.start();
    await clock.advance(599);
    assert.equal(health.status, 'UNKNOWN');
    await clock.advance(1);
    assert.equal(health.status, 'UNHEALTHY');
  });

  it('makes no check after its end', async () => {
    const { clock, health, runs } = healthOf();
    health.end();
    await clock.advance(100_000);
    assert.deepEqual(runs, []);
    assert.equal(clock.pending, 0);
  });
});
