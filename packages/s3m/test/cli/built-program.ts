import { createRequire } from 'node:module';
import { join } from 'node:path';

const home = join(import.meta.dirname, '..', '..');
const { builtProgram } = createRequire(import.meta.url)('../../bin/program.cjs') as {
  builtProgram(home: string, node: string): string;
};

/** The program as the launcher runs it, built of the sources as they are. */
export const program: string = builtProgram(home, process.execPath);
