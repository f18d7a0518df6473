import { rmSync, writeFileSync } from 'node:fs';
import { openSqliteState } from '../../src/state/sqlite-state.ts';
import { StateFailure } from '../../src/state/state.ts';

/** Fills the disk that holds the state, makes room again, and prints what became of the writes. */
const [, , directory, filler] = process.argv;
writeFileSync(filler!, Buffer.alloc(400_000));
const first = await openSqliteState(directory!);
const items = first.collection('items');
const acknowledged: string[] = [];
const failures: StateFailure[] = [];
for (let n = 0; n < 400; n++) {
  try {
    await items.put(`k${n}`, 'x'.repeat(5000));
    acknowledged.push(`k${n}`);
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
    failures.push(error);
  }
}
rmSync(filler!);
await items.put('afterwards', 'kept');
await first.close();

const second = await openSqliteState(directory!);
const kept = new Map([...second.collection('items').entries()].map(({ key, value }) => [key, value]));
await second.close();
process.stdout.write(
  JSON.stringify({
    refused: failures.length,
    code: failures[0]?.code,
    lost: acknowledged.filter((key) => !kept.has(key)),
    afterwards: kept.get('afterwards'),
  }),
);
