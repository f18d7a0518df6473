import { readFileSync } from 'node:fs';

/** When a process started, in the kernel's ticks: with its number it names a process for good. Undefined where the system can't say or the process is gone. */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command stands in parentheses and may hold blanks; the start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Whether the process that was started at `started` still runs. Without a start time the number alone decides. */
export function isAlive(pid: number, started: string): boolean {
  const now = processStart(pid);
  if (started !== '' && now !== undefined) return now === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
