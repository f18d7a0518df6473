import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { loadCore } from './processes.ts';

/** What wrk saw. Latencies in milliseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
  readonly connections?: number;
  /** Milliseconds that each connection waits between answer and next request; none by default. */
  readonly intervalMs?: number;
  /** Different tokens to use in turn instead of `token`. */
  readonly tokens?: number;
}

/** Runs wrk on the core of its own. @throws when a single request failed */
export async function load({ url, token, seconds, connections = 32, intervalMs = 0, tokens = 0 }: LoadOptions): Promise<LoadResult> {
  const script = join(import.meta.dirname, 'load.lua');
  const wrk = [
    'wrk',
    '-t',
    '1',
    '-c',
    String(connections),
    '-d',
    `${seconds}s`,
    '--timeout',
    '10s',
    '-s',
    script,
    '-H',
    `Authorization: Bearer ${token}`,
  ];
  const child = spawn('taskset', ['-c', loadCore, ...wrk, url, '--', String(intervalMs), String(tokens)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  const line = output.split('\n').findLast((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`wrk told nothing: ${output}`);
  const result = JSON.parse(line) as LoadResult & { readonly errors: number };
  if (result.errors > 0) throw new Error(`${result.errors} of ${result.requests} requests to ${url} failed`);
  return result;
}
