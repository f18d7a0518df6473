import { parentPort, workerData } from 'node:worker_threads';
import { playSchedule } from './play-schedule.ts';

/** What a worker is told to play. */
export interface Seeds {
  readonly seeds: readonly number[];
}

/** What it answers: the first schedule that failed, or what happened in all of them. */
export type Played =
  | { readonly failed: number; readonly error: unknown }
  | { readonly happened: ReadonlySet<string>; readonly served: number };

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the thread that started this one
parentPort?.postMessage(await play(workerData as Seeds));

async function play({ seeds }: Seeds): Promise<Played> {
  const happened = new Set<string>();
  let served = 0;
  for (const seed of seeds) {
    try {
      served += await playSchedule(seed, happened);
    } catch (error) {
      return { failed: seed, error };
    }
  }
  return { happened, served };
}
