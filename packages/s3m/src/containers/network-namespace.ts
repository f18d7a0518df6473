import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { findSystemTool, SYSTEM_DIRECTORIES } from './executable-path.ts';
import { parseListeningPorts } from './listening-ports.ts';
import type { ListeningPort } from './listening-ports.ts';

/** The tools that make and enter a namespace, as absolute paths. */
export interface NamespaceTools {
  /** As root a network namespace alone; an ordinary user needs a user namespace around it. */
  readonly kind: 'root' | 'user-namespace';
  readonly unshare: string;
  readonly nsenter: string;
  readonly ip: string;
  /** Without it the files of names stay this machine's. */
  readonly mount?: string;
  /** Of util-linux; without it processes keep their capabilities and outlive a killed engine until its next start. */
  readonly setpriv?: string;
}

/** A network namespace with nothing but a loopback interface. It lives as long as its holder, a shell that waits, and what was started in it. */
export interface NetworkNamespace {
  readonly holder: number;
  /** The command line that runs `argv` inside, in `directory`; it execs, so the process is the command's own. */
  enter(argv: readonly string[], directory: string): readonly string[];
  /** The same, outside of {@link NameFiles}, with all that the namespace lets it do to its network. */
  administer(argv: readonly string[]): readonly string[];
  listening(): Promise<readonly ListeningPort[]>;
  close(): void;
}

/** Files of a task that stand in the place of this machine's own, for its programs alone: paths by what they replace (`/etc/resolv.conf`). */
export type NameFiles = Readonly<Record<string, string>>;

/** What a container may have on Fargate and in Docker; in particular no way to enter another namespace. */
const CAPABILITIES =
  'chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap,net_bind_service,net_raw,sys_chroot,mknod,audit_write,setfcap';

/** `$0` is only a name for `ps`. The shell ends when the engine does: then its standard input is closed. */
const HOLDER_SCRIPT =
  'ip link set lo up && while [ "$1" != -- ]; do mount --bind "$1" "$2" && shift 2 || exit 1; done && shift && for a in "$@"; do ip addr add "$a/32" dev lo || exit 1; done && echo up && read -r _';
/** A namespace of mounts is entered at its root. */
const IN_DIRECTORY = ['/bin/sh', '-c', 'cd "$0" && exec "$@"'];

/** Finds the tools; answers what is missing when they are not there. */
export function findNamespaceTools(kind: NamespaceTools['kind']): NamespaceTools | { readonly missing: string } {
  const [unshare, nsenter, ip] = ['unshare', 'nsenter', 'ip'].map(findSystemTool);
  if (unshare === undefined) return { missing: 'unshare (package util-linux)' };
  if (nsenter === undefined) return { missing: 'nsenter (package util-linux)' };
  if (ip === undefined) return { missing: 'ip (package iproute2)' };
  const [setpriv, mount] = ['setpriv', 'mount'].map(findSystemTool);
  return { kind, unshare, nsenter, ip, ...(setpriv === undefined ? {} : { setpriv }), ...(mount === undefined ? {} : { mount }) };
}

/**
 * Makes a namespace. `addresses` are added to its loopback interface, so that a relay can listen there; those of 127.0.0.0/8 are there anyway.
 * With `files` it is one of mounts too.
 *
 * @throws Error with what the tools said.
 */
export function createNetworkNamespace(
  tools: NamespaceTools,
  marker: string,
  { addresses = [], files = {} }: { readonly addresses?: readonly string[]; readonly files?: NameFiles } = {},
): Promise<NetworkNamespace> {
  const own = Object.keys(files).length > 0;
  const flags = [...(tools.kind === 'root' ? ['-n'] : ['-U', '-r', '-n']), ...(own ? ['-m'] : [])];
  const mounts = Object.entries(files).flatMap(([replaced, file]) => [file, replaced]);
  const extra = addresses.filter((address) => !address.startsWith('127.'));
  const holder = spawn(tools.unshare, [...flags, '/bin/sh', '-c', HOLDER_SCRIPT, 's3m-task', ...mounts, '--', ...extra], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { PATH: [process.env['PATH'] ?? '', ...SYSTEM_DIRECTORIES].join(':'), TMPDIR: marker },
  });
  return new Promise((resolve, reject) => {
    let said = '';
    holder.stdin.on('error', () => holder.kill('SIGKILL'));
    holder.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
    holder.once('error', reject);
    holder.once('close', (code) => reject(new Error(said.trim() || `unshare ended with exit code ${code}`)));
    holder.stdout.once('data', () => {
      if (holder.pid === undefined) return;
      holder.unref();
      resolve(namespaceOf(tools, holder.pid, own, () => holder.kill('SIGKILL')));
    });
  });
}

function namespaceOf(tools: NamespaceTools, holder: number, mounts: boolean, close: () => void): NetworkNamespace {
  const user = tools.kind === 'root' ? [] : ['-U', '--preserve-credentials'];
  const entry = [tools.nsenter, '-t', String(holder), '-n', ...user];
  const inside = [...entry, ...(mounts ? ['-m'] : []), ...confine(tools.setpriv)];
  const alive = tools.setpriv === undefined ? [] : [tools.setpriv, '--pdeathsig', 'KILL'];
  return {
    holder,
    enter: (argv, directory) => [...inside, ...(mounts ? [...IN_DIRECTORY, directory] : []), ...argv],
    administer: (argv) => [...entry, ...alive, ...argv],
    listening: async () => parseListeningPorts(...(await Promise.all(['tcp', 'tcp6'].map((table) => readTable(holder, table))))),
    close,
  };
}

function confine(setpriv: string | undefined): readonly string[] {
  if (setpriv === undefined) return [];
  const bounds = `-all,${CAPABILITIES.split(',')
    .map((name) => `+${name}`)
    .join(',')}`;
  return [setpriv, '--pdeathsig', 'KILL', '--inh-caps=-all', `--bounding-set=${bounds}`];
}

function readTable(pid: number, table: string): Promise<string> {
  return readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '');
}
