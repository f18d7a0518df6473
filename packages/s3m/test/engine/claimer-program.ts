import { existsSync, writeFileSync } from 'node:fs';
import { claimProject } from '../../src/engine/run-file.ts';

/** Claims a project when the file `go` is there, and says whether it got it; holds it until its input ends. */
const [, , folder, go, ready] = process.argv;
writeFileSync(ready!, '');
while (!existsSync(go!));
let claim: ReturnType<typeof claimProject> | undefined;
try {
  claim = claimProject(folder!);
  process.stdout.write('claimed\n');
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
process.stdin.resume().on('end', () => claim?.release());
