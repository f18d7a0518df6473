// A long run of mutated messages. `npm run fuzz -- --seed N --rounds N`; a fault prints the seed, the round and the bytes.
import { parseArgs } from 'node:util';
import { fuzzAnswers, fuzzRequests } from './fuzz-rounds.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, rounds: { type: 'string', default: '200000' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(rounds) || rounds < 1) {
  process.stderr.write(`--seed and --rounds take whole numbers, got ${values.seed} and ${values.rounds}\n`);
  process.exit(3);
}
process.stdout.write(`seed ${seed}, ${rounds} rounds each\n`);
process.stdout.write(`requests: ${JSON.stringify(await fuzzRequests(seed, rounds))}\n`);
process.stdout.write(`answers: ${JSON.stringify(await fuzzAnswers(seed, rounds))}\n`);
