// GetItem through the AWS endpoint, with signature and IAM, beside plain dynalite. `npm run bench:endpoint`
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { signHeaders } from '../../packages/s3m/test/signature/official-signer.ts';
import { machineLine, median, writeSection } from '../report.ts';

const rounds = Number(process.env['ROUNDS'] ?? 15);
const milliseconds = Number(process.env['SECONDS'] ?? 2) * 1000;
const connections = 8;

interface Announced {
  readonly port: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly table: { readonly TableName: string };
}

interface Side extends Announced {
  readonly process: ChildProcess;
}

async function open(kind: 'endpoint' | 'dynalite'): Promise<Side> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) return { ...(JSON.parse(line) as Announced), process: child };
  throw new Error(`${kind} ended before it was ready`);
}

/** A signed request, as bytes that may be sent again and again for five minutes. */
async function requestOf(side: Side, operation: string, input: object): Promise<Buffer> {
  const body = JSON.stringify(input);
  const host = `127.0.0.1:${side.port}`;
  const headers = await signHeaders({
    method: 'POST',
    target: '/',
    host,
    body,
    at: Date.now(),
    service: 'dynamodb',
    credentials: side.credentials,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
  });
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST / HTTP/1.1\r\n${head.join('')}\r\n${body}`);
}

/** Sends one request after the other on each connection; answers how many answers came, in a second. */
async function load(side: Side, request: Buffer, expected: string): Promise<number> {
  let answers = 0;
  const until = performance.now() + milliseconds;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(side.port, '127.0.0.1').setNoDelay(true);
      await once(socket, 'connect');
      let received = '';
      socket.setEncoding('latin1');
      socket.write(request);
      for await (const chunk of socket as AsyncIterable<string>) {
        received += chunk;
        const end = endOfAnswer(received);
        if (end === undefined) continue;
        if (!received.startsWith('HTTP/1.1 200') || !received.includes(expected)) throw new Error(`expected ${expected}, got ${received}`);
        received = received.slice(end);
        answers++;
        if (performance.now() >= until) break;
        socket.write(request);
      }
      socket.destroy();
    }),
  );
  return answers / (milliseconds / 1000);
}

function endOfAnswer(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  const length = head === -1 ? undefined : /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1];
  const end = length === undefined ? Number.POSITIVE_INFINITY : head + 4 + Number(length);
  return text.length >= end ? end : undefined;
}

async function ask(side: Side, operation: string, input: object): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${side.port}/`, await fetchable(side, operation, input));
  return response.text();
}

async function fetchable(side: Side, operation: string, input: object): Promise<RequestInit> {
  const [head = '', body = ''] = (await requestOf(side, operation, input)).toString().split('\r\n\r\n');
  const headers = head
    .split('\r\n')
    .slice(1)
    .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
    .filter(([name]) => !['host', 'content-length'].includes(name));
  return { method: 'POST', headers, body };
}

async function main(): Promise<void> {
  const sides = { endpoint: await open('endpoint'), dynalite: await open('dynalite') };
  try {
    await ask(sides.dynalite, 'CreateTable', sides.dynalite.table);
    const item = { subject: { S: 'ada' }, roles: { SS: ['admin', 'user'] }, name: { S: 'Ada Lovelace' } };
    for (const side of [sides.dynalite, sides.endpoint]) await ask(side, 'PutItem', { TableName: 'Roles', Item: item });
    const measure = async (side: Side): Promise<number> =>
      load(side, await requestOf(side, 'GetItem', { TableName: 'Roles', Key: { subject: { S: 'ada' } } }), 'Ada Lovelace');
    await measure(sides.endpoint);
    await measure(sides.dynalite);
    const results: { readonly ours: number; readonly plain: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const first = round % 2 === 0 ? await measure(sides.endpoint) : undefined;
      const plain = await measure(sides.dynalite);
      const ours = first ?? (await measure(sides.endpoint));
      results.push({ ours, plain });
      process.stderr.write(`${ours.toFixed(0)} / ${plain.toFixed(0)} = ${(ours / plain).toFixed(2)}\n`);
    }
    report(results);
  } finally {
    for (const side of Object.values(sides)) side.process.kill('SIGTERM');
  }
}

function report(results: readonly { readonly ours: number; readonly plain: number }[]): void {
  const ratios = results.map(({ ours, plain }) => ours / plain);
  const lines = [
    `${machineLine()}. ${results.length} rounds of ${milliseconds / 1000} s for each, alternating, ${connections} connections.`,
    '',
    '| | GetItem a second, median |',
    '|---|---|',
    `| AWS endpoint: signature verified, policy of the role evaluated | ${median(results.map(({ ours }) => ours)).toFixed(0)} |`,
    `| plain dynalite | ${median(results.map(({ plain }) => plain)).toFixed(0)} |`,
    `| ratio, median of the rounds (least and greatest) | ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}) |`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (process.env['WRITE'] !== '0') writeSection('endpoint', lines);
}

await main();
