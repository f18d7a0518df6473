import { readFileSync } from 'node:fs';

/** When a process started, in the kernel's ticks: with its number it names a process for good. Undefined where the system can't say or the process is gone; one that has ended and that nobody waited for is gone too. */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command stands in parentheses and may hold blanks; the start time is the 20th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether the process that was started at `started` still runs. Without a start time the number alone decides. */
export function isAlive(pid: number, started: string): boolean {
  if (started !== '') return processStart(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
