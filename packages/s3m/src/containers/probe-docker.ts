import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Where a Docker engine answers, or why none does and what to do about it. */
export type DockerProbe =
  | { readonly available: true; readonly version: string; readonly socket: string }
  | { readonly available: false; readonly why: string; readonly fix: string };

/** A local engine answers in a few milliseconds; one that does not in this time is of no use. */
const PATIENCE_MS = 1500;

/** Looks for a Docker engine: `DOCKER_HOST`, then the usual sockets. Starts nothing. */
export async function probeDocker(environment: NodeJS.ProcessEnv = process.env): Promise<DockerProbe> {
  const host = environment['DOCKER_HOST'];
  if (host !== undefined && host !== '' && !host.startsWith('unix://')) {
    return {
      available: false,
      why: `DOCKER_HOST is ${host}, and an engine that is not reached through a Unix socket cannot share a directory with this one.`,
      fix: 'Unset DOCKER_HOST, or set it to unix:///path/of/the/socket.',
    };
  }
  const sockets = host === undefined || host === '' ? usualSockets().filter((path) => existsSync(path)) : [host.slice('unix://'.length)];
  let why = 'no Docker engine was found: there is no /var/run/docker.sock, and DOCKER_HOST is not set.';
  for (const socket of sockets) {
    const answer = await askVersion(socket);
    if ('version' in answer) return { available: true, version: answer.version, socket };
    why = answer.why;
  }
  const denied = why.includes('EACCES');
  return {
    available: false,
    why,
    fix: denied ? 'Add your user to the group docker, or start as root.' : 'Install or start Docker Engine.',
  };
}

/** In the order of the Docker command: the system's engine, then rootless, Docker Desktop, Podman. */
function usualSockets(): readonly string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? `/run/user/${userInfo().uid}`;
  return [
    '/var/run/docker.sock',
    join(runtime, 'docker.sock'),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
    join(runtime, 'podman/podman.sock'),
  ];
}

function askVersion(socketPath: string): Promise<{ readonly version: string } | { readonly why: string }> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/version', timeout: PATIENCE_MS, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(readVersion(socketPath, Buffer.concat(chunks).toString('utf8'))));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
    asked.on('error', (error) => resolve({ why: `the Docker engine at ${socketPath} does not answer: ${error.message}.` }));
    asked.end();
  });
}

function readVersion(socket: string, body: string): { readonly version: string } | { readonly why: string } {
  try {
    const { Version: version } = JSON.parse(body) as { readonly Version?: unknown };
    if (typeof version === 'string') return { version };
  } catch {
    // Told below.
  }
  return { why: `what answers at ${socket} is no Docker engine.` };
}
