import { readFile, readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { processStart } from './process-start.ts';

/** A process that a later start of the engine can tell from a stranger with the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot, from /proc; absent where there is no /proc. */
  readonly startTime?: string;
}

export function markProcess(pid: number): ProcessMark {
  const startTime = processStart(pid);
  return startTime === undefined ? { pid } : { pid, startTime };
}

/** True when the very process that was marked still runs. Without /proc nothing is claimed. */
export function stillRuns(mark: ProcessMark): boolean {
  return mark.startTime !== undefined && processStart(mark.pid) === mark.startTime;
}

/** Processes of this user whose environment mentions `text`, a path that nothing else has: a task's own, however they were started. */
export async function processesWith(text: string): Promise<readonly number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const found: number[] = [];
  for (const entry of entries) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
    if (environment?.includes(text)) found.push(pid);
  }
  return found;
}

/** Kills a process, or with a negative number its whole group; true when there was one. */
export function killHard(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** Kills every process with `text` in its environment and waits until they are gone. Answers their ids. */
export async function killProcessesWith(text: string): Promise<readonly number[]> {
  const found = (await processesWith(text)).filter(killHard);
  // A killed process takes a moment to go; what hangs in the kernel for longer than a second is not waited for.
  for (let attempt = 0; attempt < 200 && found.some((pid) => processStart(pid) !== undefined); attempt += 1) await setTimeout(5);
  return found;
}
