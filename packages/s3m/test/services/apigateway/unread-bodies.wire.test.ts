import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { RawClient } from '../../http/sockets.ts';
import { createContext } from '../fake-account.ts';
import { addAuthorizer, allow, mock, openGateway, proxy, type Gateway } from './gateway-fixture.ts';

// A request that is answered without its body being read: what the body says must never be read as the next request
// (CVE-2025-4366, Pingora: an answer from the cache; CL.0: J. Kettle, "Browser-Powered Desync Attacks", 2022).

const evil = 'GET /prod/evil HTTP/1.1\r\nHost: a\r\n\r\n';
const end = 'GET /prod/end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** All that can end a request before its body is of interest to anybody. */
const places: readonly (readonly [what: string, target: string, status: number])[] = [
  ['an answer from the response cache', '/prod/cached', 200],
  ['an answer of MOCK', '/prod/mock', 200],
  ['a denial', '/prod/denied', 403],
  ['a request without a token', '/prod/tokenless', 401],
  ['a path that is not there', '/prod/nope', 403],
  ['a stage that is not there', '/nope', 403],
  ['a missing API key', '/prod/keyed', 403],
];

const framings: readonly (readonly [what: string, write: (target: string) => string])[] = [
  ['a length', (target) => withLength(target, evil)],
  ['a length beyond what is taken in at once', (target) => withLength(target, evil.repeat(4000))],
  ['chunks', (target) => withChunks(target, evil)],
  ['many chunks', (target) => withChunks(target, ...Array.from({ length: 300 }, () => evil.repeat(10)))],
];

function headOf(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: a\r\n${target.endsWith('tokenless') ? '' : 'Authorization: x\r\n'}`;
}

function withLength(target: string, body: string): string {
  return `${headOf(target)}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function withChunks(target: string, ...chunks: readonly string[]): string {
  const lines = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  return `${headOf(target)}Transfer-Encoding: chunked\r\n\r\n${lines.join('')}0\r\n\r\n`;
}

async function open(): Promise<Gateway> {
  const gateway = await openGateway();
  await gateway.backend((_, response) => void response.end('cached'));
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = () => allow('*', {}, 'Deny');
  await gateway.method('GET', '/cached', proxy());
  for (const path of ['/mock', '/end']) await gateway.method('GET', path, mock('fine'));
  await gateway.method('GET', '/evil', mock('EVIL'));
  for (const path of ['/denied', '/tokenless']) await gateway.method('GET', path, { ...mock(), ...guard });
  await gateway.method('GET', '/keyed', { ...mock(), ApiKeyRequired: true });
  await gateway.deploy();
  const properties = {
    RestApiId: gateway.api.id,
    DeploymentId: gateway.api.servedBy('prod')!,
    StageName: 'prod',
    CacheClusterEnabled: true,
    MethodSettings: [{ ResourcePath: '/cached', HttpMethod: 'GET', CachingEnabled: true }],
  };
  await gateway.stage!.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
  await gateway.send('/prod/cached');
  return gateway;
}

suite('a body that nobody reads is never read as a request', () => {
  for (const [what, target, status] of places) {
    test(what, async () => {
      await using gateway = await open();
      for (const [framing, write] of framings) {
        using client = await RawClient.connect(gateway.port);
        client.send(write(target));
        client.send(end);
        const received = await client.untilEnd();
        const statuses = [...received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, digits]) => Number(digits));
        assert.doesNotMatch(received, /EVIL/, framing);
        // Or the connection ends with the first answer.
        assert.ok([`${status},200`, `${status}`].includes(statuses.join()), `${framing}: ${statuses.join()}`);
        assert.equal(statuses[0], status, framing);
        if (statuses.length === 1) assert.match(received, /\r\nConnection: close\r\n/, framing);
      }
    });
  }
});
