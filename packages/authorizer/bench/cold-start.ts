// What a cold start of the authorizer costs: bundle size, and times of a fresh Node process up to its first answer, with issuer and
// table on this machine. Usage: node packages/authorizer/bench/cold-start.ts [ENTRY] [RUNS]
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const entry = resolve(process.argv[2] ?? join(import.meta.dirname, '../../../examples/weather/authorizer/index.ts'));
const runs = Number(process.argv[3] ?? 15);

/** Runs in the fresh process. Times are milliseconds since that process began. */
const child = `
const { handler } = await import(process.env.BUNDLE);
const loaded = performance.now();
const event = JSON.parse(process.env.EVENT);
const effect = async () => (await handler(event)).policyDocument.Statement[0].Effect;
const first = await effect();
const answered = performance.now();
await effect();
process.stderr.write(JSON.stringify({ effect: first, loaded, answered, again: performance.now() - answered }));
process.exit();
`;

const directory = mkdtempSync(join(tmpdir(), 's3m-cold-start-'));
const bundle = join(directory, 'index.mjs');
await build({
  entryPoints: [entry],
  outfile: bundle,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  legalComments: 'none',
});
const code = readFileSync(bundle);

const { publicKey, privateKey } = await generateKeyPair('RS256');
const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }] });
const server = createServer((request, response) => {
  if (request.url === '/.well-known/openid-configuration') response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }));
  else response.end(request.url === '/keys' ? keys : '{"Item":{"roles":{"SS":["administrator"]}}}');
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const token = await new SignJWT({ sub: 'ada' })
  .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
  .setIssuer(issuer)
  .setAudience('weather')
  .setExpirationTime('1h')
  .sign(privateKey);

const env = {
  BUNDLE: bundle,
  EVENT: JSON.stringify({
    type: 'TOKEN',
    authorizationToken: `Bearer ${token}`,
    methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/weather',
  }),
  JWT_ISSUER: issuer,
  JWT_AUDIENCE: 'weather',
  ROLES_TABLE_NAME: 'roles',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL: issuer,
};

interface Times {
  readonly effect: string;
  readonly loaded: number;
  readonly answered: number;
  readonly again: number;
}

const empty: number[] = [];
const times: Times[] = [];
for (let run = 0; run < runs; run++) {
  const bare = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    'process.stderr.write(String(performance.now()))',
  ]);
  empty.push(Number(bare.stderr));
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', child], { env });
  times.push(JSON.parse(stderr) as Times);
}
server.close();
rmSync(directory, { recursive: true });

const median = (values: readonly number[]): string =>
  ([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(1);
process.stdout.write(
  [
    `node ${process.version}, median of ${runs} processes; the answer was ${[...new Set(times.map(({ effect }) => effect))].join()}`,
    `bundle              ${code.length} bytes, ${gzipSync(code).length} gzipped`,
    `empty process       ${median(empty)} ms`,
    `bundle loaded       ${median(times.map(({ loaded }) => loaded))} ms`,
    `first answer        ${median(times.map(({ answered }) => answered))} ms`,
    `second answer takes ${median(times.map(({ again }) => again))} ms`,
    '',
  ].join('\n'),
);
