import { truncateLine } from '../logging/truncate-line.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The log that a test call answers with. Lines up to the one about sending have the time of the beginning, the others that of the end (AG-465). */
export function simulatedLog(
  requestId: string,
  lines: readonly string[],
  times: { readonly began: number; readonly ended: number },
): string {
  const sent = lines.findIndex((line) => line.startsWith('Sending request to '));
  const printed = lines.map((line, index) => `${printTime(index <= sent ? times.began : times.ended)} : ${truncateLine(line)}\n`);
  return `Execution log for request ${requestId}\n${printed.join('')}`;
}

/** `Tue May 30 01:22:45 UTC 2023` */
function printTime(time: number): string {
  const date = new Date(time);
  const [clock] = date.toISOString().slice(11).split('.');
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} ${clock} UTC ${date.getUTCFullYear()}`;
}
