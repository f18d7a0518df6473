import { relative } from 'node:path';
import type { Problem } from '../engine/problem.ts';
import { painter } from './ansi.ts';

/** Prints what is wrong, where, and what mends it. */
export function reportProblems(problems: readonly Problem[], stream: NodeJS.WriteStream = process.stderr): void {
  const paint = painter(stream);
  for (const { code, message, file, line, fix, fault } of problems) {
    const [first, ...more] = message.split('\n');
    stream.write(`${[`${paint('red', 'error')} ${first} ${paint('dim', `[${code}]`)}`, ...more].join('\n')}\n`);
    if (file !== undefined) stream.write(`      at ${relative(process.cwd(), file) || file}${line === undefined ? '' : `:${line}`}\n`);
    if (fix !== undefined) stream.write(`      ${paint('cyan', 'fix')} ${fix}\n`);
    if (fault === 'engine') stream.write('      This is a fault of S3M, not of your application.\n');
  }
  if (problems.length > 1) stream.write(`${problems.length} problems\n`);
}
