import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { release, userInfo } from 'node:os';
import { join } from 'node:path';
import { createNetworkNamespace, findNamespaceTools } from './network-namespace.ts';
import type { NamespaceTools } from './network-namespace.ts';

/** What this machine offers for keeping tasks from one another and from other local processes. */
export type NamespaceProbe =
  | { readonly kind: 'root' | 'user-namespace'; readonly tools: NamespaceTools }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Tries network namespaces as a task would use them. What works is kept in `stateDirectory`, because trying costs some process starts;
 * what does not work is tried again each time, as the user may have mended it.
 */
export async function probeNamespaces(stateDirectory?: string): Promise<NamespaceProbe> {
  if (process.platform !== 'linux') return { kind: 'none', why: `${process.platform} has no network namespaces` };
  const kept = stateDirectory === undefined ? undefined : readKept(stateDirectory);
  if (kept !== undefined) return kept;
  const reasons: string[] = [];
  for (const kind of userInfo().uid === 0 ? (['root', 'user-namespace'] as const) : (['user-namespace'] as const)) {
    const tried = await tryNamespace(kind);
    if (tried.kind === 'none') reasons.push(tried.why);
    else {
      if (stateDirectory !== undefined) keep(stateDirectory, tried);
      return tried;
    }
  }
  return { kind: 'none', why: [...new Set(reasons)].join('; ') };
}

/** Forgets what was found, for when it turns out to be no longer true. */
export function forgetNamespaces(stateDirectory: string): void {
  writeFileSync(keptFile(stateDirectory), '{}', { mode: 0o600 });
}

async function tryNamespace(kind: 'root' | 'user-namespace'): Promise<NamespaceProbe> {
  const found = findNamespaceTools(kind);
  if ('missing' in found) return { kind: 'none', why: `${found.missing} is not installed` };
  const { setpriv, ...plain } = found;
  let why = '';
  // Some setpriv (busybox) lack the options; namespaces work without it.
  for (const tools of setpriv === undefined ? [plain] : [found, plain]) {
    try {
      await enterOnce(tools);
      return { kind, tools };
    } catch (error) {
      why = `${kind === 'root' ? 'unshare -n' : 'unshare -Urn'}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return { kind: 'none', why };
}

async function enterOnce(tools: NamespaceTools): Promise<void> {
  const namespace = await createNetworkNamespace(tools, '/');
  try {
    const [command = '', ...words] = namespace.enter(['/bin/sh', '-c', 'exit 0'], '/');
    await new Promise<void>((resolve, reject) => {
      execFile(command, words, (error, _stdout, stderr) =>
        error === null ? resolve() : reject(new Error(stderr.trim() || error.message)),
      );
    });
  } finally {
    namespace.close();
  }
}

function keptFile(stateDirectory: string): string {
  return join(stateDirectory, 'namespaces.json');
}

/** The number is that of what is kept. */
function machine(): string {
  return `2 ${release()} uid ${userInfo().uid}`;
}

function keep(stateDirectory: string, probe: NamespaceProbe): void {
  mkdirSync(stateDirectory, { recursive: true });
  writeFileSync(keptFile(stateDirectory), JSON.stringify({ machine: machine(), probe }), { mode: 0o600 });
}

function readKept(stateDirectory: string): NamespaceProbe | undefined {
  try {
    const kept = JSON.parse(readFileSync(keptFile(stateDirectory), 'utf8')) as {
      readonly machine?: string;
      readonly probe?: NamespaceProbe;
    };
    return kept.machine === machine() ? kept.probe : undefined;
  } catch {
    return undefined;
  }
}
