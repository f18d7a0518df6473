import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { referenceRead, type ReferenceRequest } from '../../http/reference-reader.ts';
import { openMemoryGateway } from './memory-gateway.ts';
import { allow } from './gateway-fixture.ts';
import {
  after,
  callArbitrary,
  cutAt,
  expectedAtBackend,
  readAnswers,
  untilDeniedChunks,
  verbOf,
  writeCall,
  type Call,
} from './generated-calls.ts';
import type { RecordedRequest } from './recording-backend.ts';

const cuts = fc.array(fc.nat(5000), { maxLength: 6 });

/** What was authorised and sent on, as the backend was told. */
function facts({ method, target, body, variable }: RecordedRequest): readonly unknown[] {
  return [method, target, variable('X-User'), body];
}

suite('the request that the backend sees is the request that was authorised', () => {
  test('two clients with sequences of requests, cut anywhere: method, path, user and body are each request’s own, so are the answers', async () => {
    await using memory = await openMemoryGateway();
    // Each user may call with one verb; the others are denied, from the cache too.
    memory.lambda.handler = ({ authorizationToken: user }) => allow(`arn:aws:execute-api:*:*:*/prod/${verbOf(user)}/*`, { user });
    const calls = fc.array(callArbitrary, { minLength: 1, maxLength: 5 });
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
          const seen = memory.backend.seen.filter(({ target }) => target.startsWith(`/${mark}`));
          assert.deepEqual(seen.map(facts), allowed.map(expectedAtBackend));
          const answers = readAnswers(
            received,
            marked.map(({ verb }) => verb),
          );
          assert.deepEqual(
            answers.slice(0, marked.length).map(({ status, body }) => [status, status === 200 ? body : '']),
            marked.map((call) => {
              if (verbOf(call.user) !== call.verb) return [403, ''];
              return [200, call.verb === 'HEAD' ? '' : `[/${call.path}|${call.user}|${call.body}]`];
            }),
          );
        };
        await Promise.all([run(first, 'a', firstCuts), run(second, 'b', secondCuts)]);
        assert.ok(
          memory.backend.seen.every(({ method }) => method !== '?'),
          'the backend got something that is no request',
        );
      }),
      { seed: 20_260_404, numRuns: 150 },
    );
  });

  test('mutated sequences, cut anywhere: the backend gets nothing but what a reader by the book reads, each with its own user', async () => {
    await using memory = await openMemoryGateway();
    const mutation = fc.tuple(
      fc.nat(5000),
      fc.nat(3),
      fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary-ascii', maxLength: 2 })),
    );
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(callArbitrary, { minLength: 1, maxLength: 4 }),
        fc.array(mutation, { minLength: 1, maxLength: 2 }),
        cuts,
        async (calls, mutations, places) => {
          memory.backend.seen.length = 0;
          memory.backend.answer = ({ method }) => `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${method === 'HEAD' ? '' : 'x'}`;
          let text = calls.map((call, index) => writeCall({ ...call, path: `m${index}${call.path}` })).join('');
          for (const [at, removed, added] of mutations) {
            const place = at % text.length;
            text = text.slice(0, place) + added + text.slice(place + removed);
          }
          const received = await memory.connect().exchange(cutAt(Buffer.from(text, 'latin1'), places));
          const byTheBook = untilClose(referenceRead(text).requests);
          const possible = byTheBook.map(fromReference);
          let next = 0;
          for (const request of memory.backend.seen) {
            const fact = JSON.stringify(facts(request));
            const found = possible.indexOf(fact, next);
            assert.notEqual(found, -1, `not sent, or out of order: ${fact}\n${JSON.stringify(text)}\n${possible.join('\n')}`);
            next = found + 1;
          }
          sent += memory.backend.seen.length;
          assert.ok(received.split(/HTTP\/1\.1 [2-5]\d\d /).length - 1 <= byTheBook.length + 1, 'more answers than requests');
        },
      ),
      { seed: 20_260_405, numRuns: 400 },
    );
    assert.ok(sent > 100, `only ${sent} requests got through`);
  });
});

suite('the answer that a client gets is the answer to its request', () => {
  test('mutated answers of the backend, cut anywhere: a client sees bytes of its own answer or the gateway’s, never of another’s', async () => {
    await using memory = await openMemoryGateway();
    const answer = fc.record({
      status: fc.constantFrom('200 OK', '204 No Content', '304 Not Modified', '404 Not Found', '500 X'),
      framing: fc.constantFrom('length', 'chunked', 'both', 'none', 'short', 'long'),
      mutation: fc.option(fc.tuple(fc.nat(400), fc.nat(3), fc.constantFrom(...pieces)), { nil: undefined }),
      places: fc.array(fc.nat(400), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 2, maxLength: 5 }), async (answers) => {
        memory.backend.seen.length = 0;
        memory.backend.answer = (request) => {
          const index = Number(/\d/.exec(request.target)![0]);
          const { status, framing, mutation, places } = answers[index]!;
          let text = writeAnswer(status, framing, `<answer ${index}>`);
          if (mutation !== undefined) {
            const place = mutation[0] % text.length;
            text = text.slice(0, place) + mutation[2] + text.slice(place + mutation[1]);
          }
          return cutAt(Buffer.from(text, 'latin1'), places).map((piece) => piece.toString('latin1'));
        };
        const requests = answers.map((_, index) => `GET /prod/r${index} HTTP/1.1\r\nHost: a\r\nAuthorization: u\r\n\r\n`);
        const client = memory.connect();
        const received = client.exchange([Buffer.from(requests.join(''), 'latin1')]);
        const read = readAnswers(
          await received,
          requests.map(() => 'GET'),
        );
        for (const [index, { head, body }] of read.entries()) {
          for (const [, other] of `${head}${body}`.matchAll(/answer (\d)/g)) assert.equal(Number(other), index, `${head}${body}`);
        }
      }),
      { seed: 20_260_406, numRuns: 300 },
    );
  });
});

const pieces = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  ':',
  '0\r\n\r\n',
  'Content-Length: 3\r\n',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Authorization: GET\r\n',
  'X-User: admin\r\n',
  'X_User: admin\r\n',
  'Connection: X-User\r\n',
  'X-HTTP-Method-Override: DELETE\r\n',
  'GET /prod/evil HTTP/1.1\r\nHost: a\r\nAuthorization: GET\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
];

function untilClose(requests: readonly ReferenceRequest[]): readonly ReferenceRequest[] {
  const last = requests.findIndex(({ keepAlive }) => !keepAlive);
  return last === -1 ? requests : requests.slice(0, last + 1);
}

/** What the backend may be told of a request; the empty text for one that must not reach it. */
function fromReference({ method, target, headers, body }: ReferenceRequest): string {
  const values = (name: string): string[] => headers.filter((_, index) => index % 2 === 1 && headers[index - 1]!.toLowerCase() === name);
  const tokens = values('authorization');
  const verb = values('x-http-method-override')[0] ?? method;
  if (tokens.length !== 1) return '';
  const [path = '', query] = target.split(/\?(.*)/s);
  const rest = /^\/*prod\/+([^]+?)\/?$/.exec(path)?.[1];
  if (rest === undefined) return '';
  return JSON.stringify([
    verb,
    `/${normal(rest)}${query === undefined || query === '' ? '' : `?${query.replaceAll(';', '&')}`}`,
    [tokens[0]],
    body,
  ]);
}

/** Mapped into a path, a value is decoded once and encoded again (AG-208, AG-209). */
function normal(path: string): string {
  try {
    return encodeURI(decodeURIComponent(path)).replaceAll('%5B', '[').replaceAll('%5D', ']').replaceAll('?', '%3F').replaceAll('#', '%23');
  } catch {
    return path;
  }
}

function writeAnswer(status: string, framing: string, body: string): string {
  const head = `HTTP/1.1 ${status}\r\nX-Of: ${body}\r\n`;
  switch (framing) {
    case 'length':
      return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
    case 'chunked':
      return `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    case 'both':
      return `${head}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    case 'short':
      return `${head}Content-Length: ${body.length - 4}\r\n\r\n${body}`;
    case 'long':
      return `${head}Content-Length: ${body.length + 9}\r\n\r\n${body}`;
    default:
      return `${head}\r\n${body}`;
  }
}
