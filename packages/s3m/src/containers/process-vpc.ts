import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEIGHBOURS_DOOR } from './neighbours-door.ts';
import type { NameFiles, NamespaceTools } from './network-namespace.ts';
import { OUTSIDE_PROGRAM, type RelayVpc } from './task-relay.ts';
import type { TaskPlace } from './task-runtime.ts';

/** The user that relay-outside.mjs is. */
const NOBODY = '65534';
const NAME_SERVICES = '/etc/nsswitch.conf';

/** What lies around the network of a task of processes, so that all its programs find the VPC. */
export interface ProcessVpc {
  readonly relay: RelayVpc;
  readonly files: NameFiles;
}

/** Writes the task's files of names into `directory`; undefined where this machine lacks a tool. Needs no privilege but user namespaces. */
export function prepareProcessVpc(tools: NamespaceTools, directory: string, place: TaskPlace): ProcessVpc | undefined {
  if (tools.mount === undefined) return undefined;
  // Resets are sent in the name of root, and in a user namespace of its own there is none.
  const apart = tools.kind === 'root' ? [] : ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--keep-caps'];
  return {
    relay: {
      ...place,
      door: NEIGHBOURS_DOOR,
      ip: tools.ip,
      outside: [tools.unshare, ...apart, '--net', process.execPath, OUTSIDE_PROGRAM],
    },
    files: {
      '/etc/resolv.conf': write(directory, 'resolv.conf', resolvConf(place)),
      ...(existsSync(NAME_SERVICES) ? { [NAME_SERVICES]: write(directory, 'nsswitch.conf', nameServices()) } : {}),
    },
  };
}

function resolvConf({ resolvers, searchDomain }: TaskPlace): string {
  return [`search ${searchDomain}`, ...resolvers.slice(0, 1).map((address) => `nameserver ${address}`), ''].join('\n');
}

/** Names are asked of nobody else: a resolver of this machine's own that answers on a Unix socket is reached from every network. */
function nameServices(): string {
  return readFileSync(NAME_SERVICES, 'utf8').replace(/^hosts:.*$/m, 'hosts: files dns');
}

function write(directory: string, name: string, content: string): string {
  const file = join(directory, name);
  writeFileSync(file, content, { mode: 0o644 });
  return file;
}
