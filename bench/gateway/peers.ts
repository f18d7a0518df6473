import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { freePort, listening, loadCore, measuredCore, startOn } from './processes.ts';

/** Something that answers the benchmark's request. */
export interface Peer {
  readonly name: string;
  readonly url: string;
  readonly process: ChildProcess;
  /** How many times as fast the gateway should be. */
  readonly aim?: string;
}

const root = join(import.meta.dirname, '..', '..');
/** Where the peers run, with their packages. Ignored by git. */
const peersFolder = join(root, '.bench', 'gateway-peers');
const path = '/weather/forecast';
/** Unlimited requests on a connection, for all alike. */
const unlimited = 1_000_000_000;

/** A token as an identity provider would issue it, and the key it was signed with. */
const issued = createToken();
export const token: string = issued.token;

function createToken(): { readonly token: string; readonly publicKey: string } {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'https://issuer.example',
    aud: 's3m',
    sub: 'user-1',
    scope: 'weather/read',
    exp: 4_102_444_800,
    iat: 1_700_000_000,
  };
  const content = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(content), keys.privateKey).toString('base64url');
  return { token: `${content}.${signature}`, publicKey: keys.publicKey.export({ type: 'spki', format: 'pem' }) };
}

/** nginx deletes its pid file at its end: it must be one of its own. */
const nginxHead = (name: string): string => `daemon off;
master_process off;
pid ${name}.pid;
error_log stderr crit;
events { worker_connections 1024; }`;
const nginxHttp = `access_log off;
  keepalive_requests ${unlimited};`;

/** The fast backend: nginx with a small body, on the core of the load. */
export async function startBackend(directory: string): Promise<number> {
  const port = await freePort();
  const config = `${nginxHead('backend')}
http {
  ${nginxHttp}
  server {
    listen 127.0.0.1:${port};
    location = /large {
      alias ${file(directory, 'large', 'x'.repeat(1_048_576))};
    }
    location / {
      default_type application/json;
      return 200 '[{"date":"2026-11-25","temperatureC":-3,"summary":"Freezing"},{"date":"2026-11-26","temperatureC":2,"summary":"Chilly"}]';
    }
  }
}
`;
  startOn(loadCore, ['nginx', '-p', directory, '-c', file(directory, 'backend.conf', config)]);
  await listening(port);
  return port;
}

export async function startNginx(directory: string, backendPort: number): Promise<Peer> {
  const port = await freePort();
  const config = `${nginxHead('proxy')}
http {
  ${nginxHttp}
  upstream backend {
    server 127.0.0.1:${backendPort};
    keepalive 64;
    keepalive_requests ${unlimited};
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
  const process = startOn(measuredCore, ['nginx', '-p', directory, '-c', file(directory, 'proxy.conf', config)]);
  return ready({ name: 'nginx', url: `http://127.0.0.1:${port}${path}`, process }, port);
}

/** `verifies`: the token's signature, issuer and expiry at each request. */
export async function startHaproxy(directory: string, backendPort: number, verifies: boolean): Promise<Peer> {
  const port = await freePort();
  const key = file(directory, 'public.pem', issued.publicKey);
  const rules = `
  http-request set-var(txn.bearer) http_auth_bearer
  http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
  http-request deny unless { var(txn.bearer),jwt_header_query('$.alg') -m str RS256 }
  http-request deny unless { var(txn.bearer),jwt_payload_query('$.iss') -m str https://issuer.example }
  http-request deny if { var(txn.exp),sub(txn.now) -m int lt 0 }
  http-request deny unless { var(txn.bearer),jwt_verify("RS256","${key}") -m int 1 }`;
  const config = `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend front
  bind 127.0.0.1:${port}${verifies ? rules : ''}
  default_backend backend
backend backend
  server backend 127.0.0.1:${backendPort}
`;
  const name = verifies ? 'HAProxy, RS256 verified' : 'HAProxy';
  const process = startOn(measuredCore, ['haproxy', '-db', '-f', file(directory, verifies ? 'jwt.cfg' : 'haproxy.cfg', config)]);
  return ready({ name, url: `http://127.0.0.1:${port}${path}`, process }, port);
}

export async function startFastify(backendPort: number): Promise<Peer> {
  const port = await freePort();
  const command = [process.execPath, join(peersFolder, 'fastify.js'), String(port), String(backendPort)];
  const child = startOn(measuredCore, command, { cwd: peersFolder, env: { ...process.env, NODE_ENV: 'production' } });
  return ready({ name: 'fastify, @fastify/http-proxy', url: `http://127.0.0.1:${port}${path}`, process: child }, port);
}

export async function startServerlessOffline(): Promise<Peer> {
  const [port, lambdaPort] = [await freePort(), await freePort()];
  const options = ['--host', '127.0.0.1', '--httpPort', String(port), '--lambdaPort', String(lambdaPort), '--stage', 'prod'];
  const command = [process.execPath, join('node_modules', 'serverless', 'bin', 'serverless.js'), 'offline', ...options];
  const child = startOn(measuredCore, command, {
    cwd: peersFolder,
    env: { ...process.env, NODE_ENV: 'production', SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off' },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return ready({ name: 'serverless-offline', url: `http://127.0.0.1:${port}/prod${path}`, process: child }, port);
}

/** Brings the peers' programs and locked packages to the ignored folder, unless they are there. */
export function installPeers(): void {
  const source = join(import.meta.dirname, 'peers');
  const stamp = join(peersFolder, 'node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex');
  cpSync(source, peersFolder, { recursive: true });
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: peersFolder, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm ci in ${peersFolder} ended with ${status}`);
  writeFileSync(stamp, wanted);
}

async function ready(peer: Peer, port: number): Promise<Peer> {
  await listening(port);
  return peer;
}

function file(directory: string, name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}
