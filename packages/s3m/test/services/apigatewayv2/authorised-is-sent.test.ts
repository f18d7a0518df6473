import assert from 'node:assert/strict';
import type { Server, Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import {
  after,
  callArbitrary,
  cutAt,
  readAnswers,
  untilDeniedChunks,
  verbOf,
  writeCall,
  type Call,
} from '../apigateway/generated-calls.ts';
import { MemoryClient } from '../apigateway/memory-gateway.ts';
import { Recorder } from '../apigateway/recording-backend.ts';
import { addAuthorizer, addLambda, openHttpApi, privately, type FakeLambda, type HttpApiUnderTest } from './http-api-fixture.ts';

interface MemoryHttpApi extends AsyncDisposable {
  readonly api: HttpApiUnderTest;
  readonly auth: FakeLambda;
  readonly backend: Recorder;
  connect(): MemoryClient;
}

/** `ANY /{proxy+}` behind an authorizer whose results are kept; both ends of the API are streams in memory. */
async function openMemoryHttpApi(): Promise<MemoryHttpApi> {
  let server: Server | undefined;
  const ports = {
    listen: (listening: Server): Promise<number> => {
      server = listening;
      return Promise.resolve(3000);
    },
  };
  const api = await openHttpApi({ ports });
  const backend = new Recorder();
  api.account.directory.provide('vpcLinkV2', 'link02', {
    id: 'link02',
    status: 'AVAILABLE',
    statusMessage: '',
    dial: () => {
      const [near, far] = duplexPair();
      backend.serve(far);
      return Promise.resolve({ socket: near as Socket, route, draining: false, onDraining: () => {} });
    },
  });
  const auth = addLambda(api, 'auth');
  const { guard } = await addAuthorizer(api, {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: auth.uri,
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerResultTtlInSeconds: 300,
    IdentitySource: ['$request.header.Authorization'],
  });
  await api.route('ANY /{proxy+}', privately({ RequestParameters: { 'overwrite:header.X-User': '$context.authorizer.user' } }), guard);
  return {
    api,
    auth,
    backend,
    connect() {
      const [near, far] = duplexPair();
      server!.emit('connection', far);
      return new MemoryClient(near);
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}

const route = { vpcLink: 'link02', loadBalancer: 'Nlb', listener: '80', targetGroup: 'T', target: '10.0.2.17:8080', hops: [] };
const cuts = fc.array(fc.nat(5000), { maxLength: 6 });

suite('the request that the backend of an HTTP API sees is the request that was authorised', () => {
  test('two clients with sequences of requests, cut anywhere: method, path, user and body are each request’s own, so are the answers', async () => {
    await using memory = await openMemoryHttpApi();
    // Each user may call with one verb; the others are denied, from the cache too.
    memory.auth.handler = ({ headers: { authorization: user } }: { readonly headers: { readonly authorization: string } }) => ({
      principalId: user,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `arn:aws:execute-api:*:*:*/$default/${verbOf(user)}/*` }],
      },
      context: { user },
    });
    const calls = fc.array(callArbitrary, { minLength: 1, maxLength: 5 });
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(calls, calls, cuts, cuts, async (first, second, firstCuts, secondCuts) => {
        memory.backend.seen.length = 0;
        memory.backend.answer = (request) => {
          const body = `[${request.target}|${request.variable('X-User').join()}|${request.body}]`;
          return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${request.method === 'HEAD' ? '' : body}`;
        };
        const run = async (own: readonly Call[], mark: string, places: readonly number[]): Promise<void> => {
          const marked = untilDeniedChunks(own.map((call, index) => ({ ...call, path: `${mark}${index}${call.path}` })));
          const received = await memory.connect().exchange(cutAt(Buffer.from(marked.map(writeCall).join('') + after, 'latin1'), places));
          const allowed = marked.filter(({ user, verb }) => verbOf(user) === verb);
          const seen = memory.backend.seen.filter(({ target }) => target.startsWith(`/prod/${mark}`));
          assert.deepEqual(
            seen.map(({ method, target, body, variable }) => [method, target, variable('X-User'), body]),
            allowed.map(({ verb, path, user, body }) => [verb, `/prod/${path}`, [user], body]),
          );
          const answers = readAnswers(
            received,
            marked.map(({ verb }) => verb),
          );
          assert.deepEqual(
            answers.slice(0, marked.length).map(({ status, body }) => [status, status === 200 ? body : '']),
            marked.map((call) => {
              if (verbOf(call.user) !== call.verb) return [403, ''];
              return [200, call.verb === 'HEAD' ? '' : `[/prod/${call.path}|${call.user}|${call.body}]`];
            }),
          );
          sent += seen.length;
        };
        await Promise.all([run(first, 'a', firstCuts), run(second, 'b', secondCuts)]);
        assert.ok(
          memory.backend.seen.every(({ method }) => method !== '?'),
          'the backend got something that is no request',
        );
      }),
      { seed: 20_261_126, numRuns: 150 },
    );
    assert.ok(sent > 300, `only ${sent} requests got through`);
  });
});
