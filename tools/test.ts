import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { missingParts, type Part } from './test-parts.ts';

/** One step of the suite. */
interface Step {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Parts of the machine without which it can't run. */
  readonly needs: readonly Part[];
}

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

const patterns = [
  'packages/*/test/**/*.test.ts',
  'examples/weather/test/**/*.test.ts',
  'examples/weather/services/*/test/**/*.test.ts',
  'tools/test/**/*.test.ts',
  'conformance/*.test.ts',
];
const files = globSync(patterns, { cwd: root, exclude: (path) => path.includes('node_modules') || path.includes('cdk.out') }).sort();
const kinds = ['wire', 'docker', 'browser'] as const;
const ofKind = (kind: string): string[] => files.filter((file) => file.endsWith(`.${kind}.test.ts`));
/** Those that need nothing but sockets and processes. */
const wire = ofKind('wire').filter((file) => !file.endsWith('.cli.wire.test.ts'));
const pure = files.filter((file) => !kinds.some((kind) => file.endsWith(`.${kind}.test.ts`)));

const nodeTest = (title: string, chosen: readonly string[], flags: readonly string[], needs: readonly Part[] = []): Step => ({
  title,
  command: process.execPath,
  // A test that hangs is ended, and named, instead of holding everything up.
  args: ['--test', '--test-timeout=120000', ...flags, ...chosen],
  needs,
});

const steps: readonly Step[] = [
  ...['.', 'packages/constructs', 'examples/weather'].map((project) => ({
    title: `types of ${project}`,
    command: bin('tsc'),
    args: ['-p', project],
    needs: [],
  })),
  { title: 'lint', command: bin('oxlint'), args: [], needs: [] },
  { title: 'format', command: bin('oxfmt'), args: ['--check'], needs: [] },
  { title: 'unused files, exports and dependencies', command: bin('knip'), args: [], needs: [] },
  { title: 'layers and generated documents', command: process.execPath, args: ['tools/check.ts'], needs: [] },
  nodeTest('pure logic', pure, ['--test-isolation=none']),
  // Builds the front end when it is missing or stale, once, before tests copy the example.
  { title: 'the example synthesizes', command: process.execPath, args: ['examples/weather/infra/app.ts'], needs: [] },
  nodeTest('on the wire', wire, ['--test-concurrency=2', '--test-force-exit']),
  nodeTest('with the AWS CLI', ofKind('cli.wire'), ['--test-concurrency=2', '--test-force-exit'], ['aws-cli']),
  nodeTest('in Docker', ofKind('docker'), ['--test-concurrency=1', '--test-force-exit'], ['docker']),
  nodeTest('in a browser', ofKind('browser'), ['--test-concurrency=1', '--test-force-exit'], ['chromium']),
];

const missing = await missingParts();
const notRun: string[] = [];
for (const step of steps) {
  const lacking = step.needs.filter((part) => missing.has(part));
  if (lacking.length > 0) {
    notRun.push(`${step.title}: ${lacking.map((part) => missing.get(part)).join('; ')}`);
    continue;
  }
  process.stdout.write(`\n== ${step.title}\n`);
  const started = performance.now();
  const code = await run(step);
  if (code !== 0) {
    process.stdout.write(`\nFailed: ${step.title}\n  ${[step.command, ...step.args].join(' ').slice(0, 300)}\n`);
    process.exit(1);
  }
  process.stdout.write(`   ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
for (const line of notRun) process.stdout.write(`\nNot run: ${line}\n`);
process.stdout.write(notRun.length === 0 ? '\nEverything passed.\n' : '\nEverything that can run on this machine passed.\n');

function run(step: Step): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(step.command, step.args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
