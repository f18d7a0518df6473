import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRunOptions, runFlags } from '../../src/cli/run-options.ts';
import { loadVerb, verbNames } from '../../src/cli/verbs.ts';
import { generalHelp, verbHelp } from '../../src/cli/help.ts';
import { WrongUsage } from '../../src/cli/wrong-usage.ts';
import { parseArgs } from 'node:util';

const read = (...args: string[]) =>
  readRunOptions({ flags: parseArgs({ args, options: runFlags }).values, words: [], rest: [], directory: '/app' });

test('flags of up become options of the engine', () => {
  const options = read(
    '--app',
    'cdk.out',
    '-p',
    'A=1',
    '-p',
    'B=x=y',
    '--port',
    'api=3001',
    '--accept',
    'AWS::A::B,AWS::C::D',
    '--time-scale',
    '1',
    '--runtime',
    'docker',
  );
  assert.deepEqual(options, {
    directory: '/app',
    stacks: [],
    app: 'cdk.out',
    parameters: { A: '1', B: 'x=y' },
    ports: { api: 3001 },
    accept: ['AWS::A::B', 'AWS::C::D'],
    exposeTasks: false,
    persist: false,
    runtime: 'docker',
    timeScale: 1,
  });
});

for (const [title, args] of [
  ['a parameter without a value', ['-p', 'A']],
  ['a port that is no number', ['--port', 'api=x']],
  ['a port of an unknown name', ['--port', 'web=1']],
  ['a time scale of zero', ['--time-scale', '0']],
  ['an unknown runtime', ['--runtime', 'podman']],
] as const) {
  test(`${title} is wrong usage, and the message repeats what was given`, () => {
    assert.throws(
      () => read(...args),
      (error: unknown) => error instanceof WrongUsage && error.message.includes(args[1]),
    );
  });
}

test('the help lists every verb, and each verb explains all its flags', async () => {
  const general = await generalHelp();
  for (const name of verbNames) {
    assert.ok(general.includes(`  ${name} `), name);
    const verb = await loadVerb(name);
    const help = verbHelp(verb);
    for (const flag of Object.keys(verb.options)) assert.ok(help.includes(`--${flag}`), `s3m ${name} --help lacks --${flag}`);
    for (const line of help.split('\n')) assert.ok(line.length <= 120, `too long for a terminal: ${line}`);
  }
});
