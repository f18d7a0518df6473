import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import { lastExit, type ContainerRun } from '../../src/containers/restart-policy.ts';
import type { ContainerExit } from '../../src/containers/task-runtime.ts';
import type { RestartPolicy } from '../../src/capabilities/task-definition.ts';

const policy: RestartPolicy = { ignoredExitCodes: [42], attemptPeriodMs: 300_000 };

/** Runs that end so long after their start, with these exit codes. Answers how many there were, and the last exit code. */
async function play(
  runs: readonly (readonly [ms: number, code: number])[],
  options: { readonly policy?: RestartPolicy | undefined; readonly mayRestart?: () => boolean; readonly fails?: boolean } = {},
): Promise<readonly [number, number | undefined]> {
  const clock = new VirtualClock();
  let count = 0;
  const begin = (): ContainerRun => {
    const [ms, code] = runs[count++] ?? [0, 99];
    return {
      exited: new Promise<ContainerExit>(
        (resolve) => void clock.after(ms, () => resolve({ container: 'app', exitCode: code, signal: undefined })),
      ),
    };
  };
  const last = lastExit(begin(), {
    policy: 'policy' in options ? options.policy : policy,
    schedule: clock,
    mayRestart: options.mayRestart ?? (() => true),
    restart: () => (options.fails === true ? Promise.reject(new Error('no')) : Promise.resolve(begin())),
  });
  await clock.advance(10_000_000);
  return [count, (await last).exitCode];
}

test('A container with a restart policy is started again whatever its exit code, once it has run for the period (ECS-026)', async () => {
  assert.deepEqual(
    await play([
      [300_001, 0],
      [400_000, 1],
      [299_999, 5],
    ]),
    [3, 5],
  );
});

test('It is not after an exit code that the policy ignores, once the task stops, or without a policy (ECS-026)', async () => {
  assert.deepEqual(await play([[400_000, 42]]), [1, 42]);
  assert.deepEqual(await play([[400_000, 1]], { mayRestart: () => false }), [1, 1]);
  assert.deepEqual(await play([[400_000, 1]], { policy: undefined }), [1, 1]);
});

test('One that cannot be started again has ended', async () => {
  assert.deepEqual(await play([[400_000, 7]], { fails: true }), [1, 7]);
});
