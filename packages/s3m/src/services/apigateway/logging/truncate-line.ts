/** Bytes of a log event (AG-469). */
export const maxEvent: number = 1024;
const cut = '[TRUNCATED]';

export function truncateLine(line: string): string {
  return line.length <= maxEvent ? line : line.slice(0, maxEvent - cut.length) + cut;
}
