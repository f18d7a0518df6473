import { spawn } from 'node:child_process';
import { existsSync, readFileSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { EngineFailure, userFailure } from './problem.ts';
import type { Source } from './project.ts';
import { writeState } from './run-file.ts';
import { fingerprintSource } from './source-fingerprint.ts';
import { readMissingLookups, zoneContext, type MissingLookup } from './zone-lookups.ts';

interface SynthesisRecord {
  readonly command: string;
  readonly fingerprint: string;
  /** What the engine has answered to the app's lookups. */
  readonly lookups?: Readonly<Record<string, readonly string[]>>;
}

/** Longest part of an app's output that an error repeats. */
const longestOutput = 4_000;

/**
 * Runs the CDK app unless nothing that it could read has changed since the last time, and answers the path of its assembly
 * with a fingerprint of the sources that it was made from.
 * @throws EngineFailure `SynthesisFailed` with the app's own output.
 */
export async function synthesize(
  source: Source,
  options: { readonly stateDirectory: string; readonly report: (line: string) => void; readonly signal?: AbortSignal },
): Promise<{ readonly path: string; readonly fingerprint: string }> {
  if (source.kind === 'assembly') return { path: source.path, fingerprint: fingerprintSource(source) };
  const output = join(source.directory, 'cdk.out');
  const recordFile = join(options.stateDirectory, 'synthesis.json');
  const before = readRecord(recordFile);
  const command = `${source.command}\n${JSON.stringify(source.context)}`;
  if (before?.command === command && existsSync(join(output, 'manifest.json'))) {
    const fingerprint = fingerprintSource(source);
    if (before.fingerprint === fingerprint) return { path: output, fingerprint };
  }
  options.report(`synthesizing: ${source.command}`);
  let lookups = before?.lookups ?? {};
  await run(source, output, lookups, options);
  const missing = readMissing(output);
  const answers = zoneContext(missing);
  checkLookups(missing.filter(({ key }) => !Object.hasOwn(answers, key)));
  // With the answers at hand the app asks no more, from now on.
  if (missing.length > 0) {
    lookups = { ...lookups, ...answers };
    await run(source, output, lookups, options);
    checkLookups(readMissing(output));
  }
  mkdirSync(options.stateDirectory, { recursive: true, mode: 0o700 });
  // Taken after the app ran: what it writes itself (a built front end) is not a change.
  const record: SynthesisRecord = { command, fingerprint: fingerprintSource(source), lookups };
  writeState(options.stateDirectory, 'synthesis.json', record);
  return { path: output, fingerprint: record.fingerprint };
}

function run(
  source: Extract<Source, { kind: 'app' }>,
  output: string,
  lookups: Readonly<Record<string, readonly string[]>>,
  { report, signal }: { readonly report: (line: string) => void; readonly signal?: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(source.command, {
      cwd: source.directory,
      shell: true,
      // A process group of its own, so that an interruption ends all that the command has started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(source.directory, '.s3m', 'compile-cache'),
        CDK_OUTDIR: output,
        // AWS's offline validation takes longer than everything else; `cdk synth` and `cdk deploy` still do it.
        CDK_VALIDATION: process.env['CDK_VALIDATION'] ?? 'false',
        CDK_CONTEXT_JSON: JSON.stringify({ ...lookups, ...source.context }),
      },
    });
    const stop = (): void => void (child.pid !== undefined && killGroup(child.pid));
    signal?.addEventListener('abort', stop, { once: true });
    let tail = '';
    let partial = '';
    const collect = (chunk: Buffer): void => {
      tail = `${tail}${chunk.toString()}`.slice(-longestOutput);
      const lines = `${partial}${chunk.toString()}`.split('\n');
      partial = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') report(line);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', stop);
      if (code === 0) resolve();
      else {
        reject(
          new EngineFailure([
            {
              code: 'SynthesisFailed',
              message: `The app does not synthesize: "${source.command}" ended with ${killedBy ?? `exit code ${code}`}${indent(tail)}`,
              ...(existsSync(join(source.directory, 'cdk.json')) ? { file: join(source.directory, 'cdk.json') } : {}),
              fix: `Run it yourself in ${source.directory}: ${source.command}`,
              fault: 'user',
            },
          ]),
        );
      }
    });
  });
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGTERM');
  } catch {
    // It has ended.
  }
}

function readMissing(output: string): readonly MissingLookup[] {
  const manifestFile = join(output, 'manifest.json');
  if (!existsSync(manifestFile))
    throw userFailure(
      'SynthesisFailed',
      `The app wrote no assembly: ${manifestFile} is missing`,
      'Call app.synth(), or let the App be the default one.',
    );
  return readMissingLookups(JSON.parse(readFileSync(manifestFile, 'utf8')));
}

/** An app that asks for facts of a real account (VPC lookups) can't be run without them. */
function checkLookups(missing: readonly MissingLookup[]): void {
  if (missing.length === 0) return;
  throw userFailure(
    'MissingContext',
    `The app looks up values in an AWS account: ${missing.map(({ key }) => key).join(', ')}`,
    'Run "npx cdk synth" once with credentials, so that cdk.context.json holds them, or give the values in the code.',
  );
}

function readRecord(file: string): SynthesisRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && 'command' in value && 'fingerprint' in value
      ? (value as SynthesisRecord)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Each line on a line of its own below what stands before; nothing when there is none. */
function indent(text: string): string {
  const lines = text.trimEnd();
  return lines === ''
    ? ''
    : lines
        .split('\n')
        .map((line) => `\n  ${line}`)
        .join('');
}
