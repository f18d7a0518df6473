import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { MUST_HAPPEN } from './simulation/play-schedule.ts';
import type { Played, Seeds } from './simulation/play-schedules.ts';

/** To see one schedule again: `S3M_SEED=17 node --test ...`. */
const replayed = process.env['S3M_SEED'];
// `S3M_SCHEDULES` plays more.
const SCHEDULES = Number(process.env['S3M_SCHEDULES'] ?? 2000);

const title = replayed === undefined ? `${SCHEDULES} random schedules` : `schedule ${replayed}`;

it(`holds its bounds, drains before it stops, loses no connection and becomes steady in ${title} (ECS-063, ECS-071, ECS-074, ECS-079)`, async () => {
  const seeds = replayed === undefined ? Array.from({ length: SCHEDULES }, (_, index) => index + 1) : [Number(replayed)];
  const played = await play({ seeds });
  if ('failed' in played)
    throw new Error(`Schedule ${played.failed} failed; replay it with S3M_SEED=${played.failed}`, { cause: played.error });
  if (seeds.length < 1000) return;
  assert.deepEqual(
    MUST_HAPPEN.filter((what) => !played.happened.has(what)),
    [],
  );
  assert.ok(played.served > seeds.length * 10, `${played.served} connections`);
});

/** In a thread of its own, where the test runner does not follow each promise: that takes half of the time. */
async function play(workerData: Seeds): Promise<Played> {
  const worker = new Worker(new URL('simulation/play-schedules.ts', import.meta.url), { workerData });
  const [played] = await once(worker, 'message');
  return played as Played;
}
