import { parseArgs } from 'node:util';
import { openAwsTarget } from './aws-target.ts';
import { readExpectations, type Expectations } from './expectations.ts';
import { loadCases, type LoadedCase } from './load-cases.ts';
import { openLocalTarget } from './local-target.ts';
import { runCase, type Outcome } from './run-case.ts';
import type { Target } from './target.ts';

const atOnce = 4;

/** `npm run conformance [-- --case ID ...]`: runs cases and prints what came of each. */
const { values } = parseArgs({ options: { case: { type: 'string', multiple: true, default: [] } } });
const all = loadCases();
const unknown = values.case.find((id) => !all.some((one) => one.id === id));
if (unknown !== undefined) {
  process.stderr.write(`There is no case ${unknown}. Cases: ${all.map(({ id }) => id).join(', ')}\n`);
  process.exit(3);
}
const cases = values.case.length === 0 ? all : all.filter(({ id }) => values.case.includes(id));
await using target = await openTarget();
const expectations: Expectations = target.name === 'local' ? readExpectations() : {};
const started = performance.now();
const outcomes = new Map<LoadedCase, Outcome>();
const seconds = new Map<LoadedCase, number>();
const waiting = [...cases];
await Promise.all(Array.from({ length: atOnce }, work));
const lines = cases.map((one) => describe(one, outcomes.get(one)!));
for (const line of lines) process.stdout.write(`${line}\n`);
const passed = [...outcomes.values()].filter(({ kind }) => kind === 'passed').length;
process.stdout.write(`\n${passed} of ${cases.length} cases passed in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
process.exitCode = cases.every((one) => isAsExpected(one, outcomes.get(one)!)) ? 0 : 1;

async function openTarget(): Promise<Target> {
  try {
    return process.env['TARGET'] === 'aws' ? await openAwsTarget() : await openLocalTarget();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function work(): Promise<void> {
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    const begun = performance.now();
    outcomes.set(one, await runCase(one, target));
    seconds.set(one, (performance.now() - begun) / 1000);
  }
}

function isAsExpected({ id }: LoadedCase, { kind }: Outcome): boolean {
  return kind === 'not-run' || (kind === 'failed') === Object.hasOwn(expectations, id);
}

function describe(one: LoadedCase, outcome: Outcome): string {
  const head = `${one.id.padEnd(42)} ${one.confidence.padEnd(23)} ${seconds.get(one)!.toFixed(1).padStart(5)} s `;
  const expected = expectations[one.id];
  if (outcome.kind === 'passed') return `${head} ${expected === undefined ? 'passed' : 'PASSED, but stands in expectations.json'}`;
  if (outcome.kind === 'not-run') return `${head} not run: ${outcome.why}`;
  if (expected !== undefined && values.case.length === 0) return `${head} expected not to pass (${expected.kind}): ${expected.cause}`;
  return [`${head} FAILED`, ...outcome.differences.map((difference) => `    ${difference}`)].join('\n');
}
