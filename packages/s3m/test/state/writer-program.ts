import { openSqliteState } from '../../src/state/sqlite-state.ts';

/** Writes to the state of the folder that it is given, ten writers at once, until it is killed; prints each write that was acknowledged. */
const [, , directory, round] = process.argv;
const state = await openSqliteState(directory!);
const items = state.collection('items');

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const key = `${writer}-${n % 7}`;
    const value = { round: Number(round), n, text: 'x'.repeat((n * 389) % 9000) };
    await items.put(key, value);
    process.stdout.write(`${key} ${round} ${n}\n`);
  }
}

process.stdout.write('open\n');
await Promise.all(Array.from({ length: 10 }, (_, writer) => write(writer)));
