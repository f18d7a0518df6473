import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programPath } from '../package-root.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import type { OutletDoor } from './outlet-doors.ts';

/** The program that carries connections between a task's network and its Unix sockets. */
export const RELAY_PROGRAM: string = programPath('relay.mjs');

/** The one that keeps the network around a Docker task's. */
export const OUTSIDE_PROGRAM: string = programPath('relay-outside.mjs');

/** The network around a task's: the task's address there, and the door at which the relay asks the engine about other addresses. */
export interface RelayVpc {
  readonly address: string;
  readonly macAddress: string;
  readonly ranges: readonly string[];
  readonly door: string;
}

/** Writes what the relay reads when it starts. */
export function writeRelayConfiguration(directory: string, outlets: readonly OutletDoor[], vpc?: RelayVpc): void {
  writeFileSync(join(directory, 'relay.json'), JSON.stringify({ outlets, vpc }), { mode: 0o600 });
}

/** Starts a relay inside a namespace; resolves when it listens. The socket is `<directory>/relay`. */
export function startRelay(namespace: NetworkNamespace, directory: string, outlets: readonly OutletDoor[]): Promise<ChildProcess> {
  writeRelayConfiguration(directory, outlets);
  const [command = '', ...words] = namespace.enter([process.execPath, RELAY_PROGRAM, directory]);
  const relay = spawn(command, words, { env: { TMPDIR: `${directory}/` }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    relay.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
    relay.once('error', reject);
    relay.once('close', () => reject(new Error(`the task's relay ended: ${said.trim()}`)));
    relay.stdout.once('data', () => {
      relay.unref();
      resolve(relay);
    });
  });
}
