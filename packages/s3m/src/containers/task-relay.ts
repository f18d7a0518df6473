import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputLines } from './output-lines.ts';
import { programPath } from '../package-root.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import type { OutletDoor } from './outlet-doors.ts';

/** The program that carries connections between a task's network and its Unix sockets. */
export const RELAY_PROGRAM: string = programPath('relay.mjs');

/** The one that keeps the network around a task's. */
export const OUTSIDE_PROGRAM: string = programPath('relay-outside.mjs');

/** The network around a task's: the task's address there, and the door at which the relay asks the engine about other addresses. */
export interface RelayVpc {
  readonly address: string;
  readonly macAddress: string;
  readonly ranges: readonly string[];
  readonly door: string;
  /** Path of `ip`. */
  readonly ip: string;
  /** The command line of relay-outside.mjs, in a network of its own. */
  readonly outside: readonly string[];
}

/** A relay that listens. */
export interface StartedRelay {
  readonly process: ChildProcess;
  /** Why the VPC is not around the task's network, though it should be. */
  readonly without: string | undefined;
}

/** Writes what the relay reads when it starts. */
export function writeRelayConfiguration(directory: string, outlets: readonly OutletDoor[], vpc?: RelayVpc): void {
  writeFileSync(join(directory, 'relay.json'), JSON.stringify({ outlets, vpc }), { mode: 0o600 });
}

/** Reads what a relay says first: it listens, with why the VPC is not around the task's network, if so; undefined for other lines. */
export function tryReady(line: string): Pick<StartedRelay, 'without'> | undefined {
  if (!line.startsWith('ready')) return undefined;
  return { without: /^ready without the VPC: (.*)$/.exec(line)?.[1] };
}

/** Starts a relay inside a namespace; resolves when it listens. The socket is `<directory>/relay`. */
export function startRelay(
  namespace: NetworkNamespace,
  directory: string,
  outlets: readonly OutletDoor[],
  vpc?: RelayVpc,
): Promise<StartedRelay> {
  writeRelayConfiguration(directory, outlets, vpc);
  const program = [process.execPath, RELAY_PROGRAM, directory];
  const [command = '', ...words] = vpc === undefined ? namespace.enter(program, '/') : namespace.administer(program);
  const relay = spawn(command, words, { env: { TMPDIR: `${directory}/` }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    relay.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
    relay.once('error', reject);
    relay.once('close', () => reject(new Error(`the task's relay ended: ${said.trim()}`)));
    const output = new OutputLines((line) => {
      const ready = tryReady(line);
      if (ready === undefined) return;
      relay.unref();
      resolve({ process: relay, ...ready });
    });
    relay.stdout.on('data', (chunk: Buffer) => output.write(chunk));
  });
}
