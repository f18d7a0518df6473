import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A line that never ends is cut here, in characters; CloudWatch does so at 256 KB. */
const MAX_LINE = 262_144;

/**
 * Calls back for each line of a process's output. Only `\n` ends a line: the Node.js runtime writes newlines within one event as `\r`
 * (LMB-048), which become newlines again.
 */
export function readLogLines(output: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const emit = (line: string): void => onLine(line.replace(/\r$/, '').replaceAll('\r', '\n'));
  output.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line);
    while (rest.length >= MAX_LINE) {
      emit(rest.slice(0, MAX_LINE));
      rest = rest.slice(MAX_LINE);
    }
  });
  output.on('end', () => {
    if (rest !== '') emit(rest);
  });
}
