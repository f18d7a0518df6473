import { readFile, readdir } from 'node:fs/promises';

/** What a container has used. */
export interface ContainerUsage {
  readonly container: string;
  /** CPU time since its start, in milliseconds. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
}

/** The kernel's ticks are hundredths of a second on every Linux that Node runs on. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** What the processes of each group use, with the children that have ended; containers whose group is gone are left out. Nothing where there is no /proc. */
export async function usageOfGroups(groups: ReadonlyMap<number, string>): Promise<readonly ContainerUsage[]> {
  const found = new Map<string, { cpuMs: number; memoryBytes: number }>();
  const entries = await readdir('/proc').catch(() => []);
  await Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (entry) => {
        const stat = await readFile(`/proc/${entry}/stat`, 'latin1').catch(() => undefined);
        if (stat === undefined) return;
        // After the command in parentheses: state, ppid, pgrp, ...; utime to cstime are fields 14 to 17, rss is field 24.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const container = groups.get(Number(fields[2]));
        if (container === undefined) return;
        const usage = found.get(container) ?? { cpuMs: 0, memoryBytes: 0 };
        for (const ticks of fields.slice(11, 15)) usage.cpuMs += Number(ticks) * TICK_MS;
        usage.memoryBytes += Number(fields[21]) * PAGE_BYTES;
        found.set(container, usage);
      }),
  );
  return [...found].map(([container, usage]) => ({ container, ...usage }));
}
