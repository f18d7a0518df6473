import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { attacks } from '../../http/smuggling-attacks.ts';
import { RawClient } from '../../http/sockets.ts';
import { addAuthorizer, allow, FakeFunction, openGateway, proxy, type Gateway } from './gateway-fixture.ts';
import { recordingBackend, type RecordedRequest } from './recording-backend.ts';

const userArn = 'arn:aws:execute-api:*:*:*/*';
/** Sends the authorised user and the stage to the backend. */
const identified = {
  RequestParameters: {
    'integration.request.header.X-User': 'context.authorizer.user',
    'integration.request.header.X-Stage': 'context.stage',
    'integration.request.path.proxy': 'method.request.path.proxy',
  },
};

/** An API with a guarded `/{proxy+}`, whose backend gets the token's user in `X-User`. */
async function guarded(properties: Parameters<typeof addAuthorizer>[1] = {}): Promise<Gateway> {
  const gateway = await openGateway();
  const lambda = new FakeFunction();
  lambda.handler = ({ authorizationToken }) => allow(userArn, { user: authorizationToken });
  const { guard } = await addAuthorizer(gateway, properties, lambda);
  await gateway.method('ANY', '/{proxy+}', { ...proxy('http://nlb.internal/{proxy}', identified), ...guard });
  await gateway.deploy();
  return gateway;
}

async function exchange(port: number, bytes: string): Promise<string> {
  using client = await RawClient.connect(port);
  client.socket.end(Buffer.from(bytes, 'latin1'));
  return await client.untilEnd();
}

suite('smuggling against the whole gateway: the backend gets what is read in the one right way, and nothing else', () => {
  for (const [name, table] of Object.entries(attacks)) {
    test(name, async () => {
      await using gateway = await openGateway();
      await using backend = await recordingBackend(gateway);
      await gateway.method(
        'ANY',
        '/',
        proxy('http://nlb.internal/', { RequestParameters: { 'integration.request.header.X-Stage': 'context.stage' } }),
      );
      await gateway.deploy();
      // What is smuggled asks for the stage `admin`.
      await gateway.create(stage, 'Admin', { RestApiId: gateway.api.id, DeploymentId: gateway.api.servedBy('prod')!, StageName: 'admin' });
      for (const [what, bytes, outcome] of table) {
        backend.seen.length = 0;
        const answers = await exchange(gateway.port, bytes.replace(' / HTTP', ' /prod HTTP'));
        if (typeof outcome === 'number') {
          assert.match(answers, new RegExp(`^HTTP/1.1 ${outcome} [^]*Connection: close\r\n`), what);
          assert.deepEqual(backend.seen, [], what);
        } else {
          assert.deepEqual(
            backend.seen.map(({ variable, body }) => [...variable('X-Stage'), body]),
            outcome.map(([target, body]) => [target === '/' ? 'prod' : target.slice(1), body]),
            what,
          );
        }
      }
    });
  }
});

suite('identity: what the backend is told of the caller is the authorizer’s word alone', () => {
  const forged: readonly (readonly [what: string, lines: string, source?: string])[] = [
    ['the header itself', 'X-User: admin\r\n'],
    ['another case', 'x-USER: admin\r\n'],
    ['twice', 'X-User: admin\r\nX-User: root\r\n'],
    ['an underscore', 'X_User: admin\r\n', 'header spoofing through CGI variables, CVE-2015-0219, Django'],
    ['a dot', 'X.User: admin\r\n', 'RFC 3875 section 4.1.18'],
    ['other token characters', "X~User: admin\r\nX!User: admin\r\nX'User: admin\r\n"],
    ['nominated in Connection', 'Connection: close, X-User\r\n', 'CVE-2022-31813, Apache mod_proxy'],
    [
      'sent and nominated in Connection',
      'X-User: admin\r\nConnection: X-User\r\n',
      'N. Davison, "Abusing HTTP hop-by-hop request headers" (2019)',
    ],
    ['an empty Connection', 'X-User: admin\r\nConnection:\r\n', 'CVE-2021-33197, Go ReverseProxy'],
  ];
  test('a client’s copy of a header that the integration sets never arrives, however it is written', async () => {
    await using gateway = await guarded();
    await using backend = await recordingBackend(gateway);
    for (const [what, lines] of forged) {
      const answer = await exchange(gateway.port, `GET /prod/a HTTP/1.1\r\nHost: a\r\n${lines}Authorization: alice\r\n\r\n`);
      assert.match(answer, /^HTTP\/1.1 200 /, what);
      assert.deepEqual(backend.seen.at(-1)!.variable('X-User'), ['alice'], what);
    }
  });

  test('a mapped header with an underscore is guarded against its form with a dash', async () => {
    await using gateway = await openGateway();
    await using backend = await recordingBackend(gateway);
    await gateway.method(
      'GET',
      '/',
      proxy('http://nlb.internal/', { RequestParameters: { 'integration.request.header.x_user': "'alice'" } }),
    );
    await gateway.deploy();
    await exchange(gateway.port, 'GET /prod HTTP/1.1\r\nHost: a\r\nX-User: admin\r\nX_USER: admin\r\n\r\n');
    assert.deepEqual(backend.seen[0]!.variable('X-User'), ['alice']);
  });

  test('a trailer never becomes a header (RFC 9110 section 6.5.1)', async () => {
    await using gateway = await guarded();
    await using backend = await recordingBackend(gateway);
    const head =
      'POST /prod/a HTTP/1.1\r\nHost: a\r\nAuthorization: alice\r\nTrailer: X-User, X-Other\r\nTransfer-Encoding: chunked\r\n\r\n';
    await exchange(gateway.port, `${head}1\r\nx\r\n0\r\nX-User: admin\r\nX-Other: b\r\nContent-Length: 9\r\n\r\n`);
    assert.deepEqual(backend.seen[0]!.variable('X-User'), ['alice']);
    assert.deepEqual([backend.seen[0]!.variable('X-Other'), backend.seen[0]!.body], [[], 'x']);
  });

  test('headers of one hop go no further, nor what Connection nominates (RFC 9110 section 7.6.1, AG-219)', async () => {
    await using gateway = await guarded();
    await using backend = await recordingBackend(gateway);
    const hop = [
      'Connection: keep-alive, X-Hop, HTTP2-Settings, Upgrade',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Trailer: A',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
      'X-Hop: 1',
      'Proxy-Authenticate: Basic',
      'Expect: 100-continue',
      'Max-Forwards: 0',
    ];
    await exchange(gateway.port, `GET /prod/a HTTP/1.1\r\nHost: a\r\nAuthorization: alice\r\nX-End: 2\r\n${hop.join('\r\n')}\r\n\r\n`);
    const [request] = backend.seen;
    for (const line of hop) {
      const name = line.slice(0, line.indexOf(':'));
      assert.deepEqual(request!.variable(name), name === 'Connection' ? ['Keep-Alive'] : [], name);
    }
    assert.deepEqual([request!.variable('X-Hop'), request!.variable('X-End')], [[], ['2']]);
  });

  test('names that a server with CGI variables would read as framing, host or origin are dropped', async () => {
    await using gateway = await guarded();
    await using backend = await recordingBackend(gateway);
    const forged = ['Content_Length: 99', 'Transfer_Encoding: chunked', 'X_Forwarded_For: 1.2.3.4', 'X_Forwarded_Proto: http'];
    forged.push('X_HTTP_Method_Override: DELETE', 'X.Amzn.Apigateway.Api.Id: other', 'X_Plain: 1');
    await exchange(gateway.port, `GET /prod/a HTTP/1.1\r\nHost: a\r\nAuthorization: alice\r\n${forged.join('\r\n')}\r\n\r\n`);
    const [request] = backend.seen as [RecordedRequest];
    assert.deepEqual(request.variable('Content-Length'), []);
    assert.deepEqual(request.variable('Transfer-Encoding'), []);
    assert.deepEqual(request.variable('X-Forwarded-For'), ['127.0.0.1']);
    assert.deepEqual(request.variable('X-Forwarded-Proto'), ['https']);
    assert.deepEqual(request.variable('X-HTTP-Method-Override'), []);
    assert.deepEqual(request.variable('X-Amzn-Apigateway-Api-Id'), [gateway.api.id]);
    assert.deepEqual(request.variable('X-Plain'), ['1']);
  });

  test('a second line of the authorizer’s header is 401, and one that only looks like it does not reach the backend (T18)', async () => {
    await using gateway = await guarded({ IdentitySource: 'method.request.header.X-Token' });
    await using backend = await recordingBackend(gateway);
    const send = (lines: string): Promise<string> => exchange(gateway.port, `GET /prod/a HTTP/1.1\r\nHost: a\r\n${lines}\r\n`);
    for (const lines of ['X-Token: a\r\nX-Token: b\r\n', 'X-Token: a\r\nx-token: a\r\n', 'X_Token: a\r\n']) {
      assert.match(await send(lines), /^HTTP\/1.1 401 /, lines);
    }
    assert.equal(backend.seen.length, 0);
    assert.match(await send('X_Token: bob\r\nX-Token: alice\r\nX.Token: carol\r\n'), /^HTTP\/1.1 200 /);
    assert.deepEqual([backend.seen[0]!.variable('X-Token'), backend.seen[0]!.variable('X-User')], [['alice'], ['alice']]);
  });
});

suite('one form of the target, authorised and sent on', () => {
  test('absolute-form reaches the backend as a path, and only with the host that Host names (RFC 9112 section 3.2.2)', async () => {
    await using gateway = await guarded();
    await using backend = await recordingBackend(gateway);
    const send = (target: string): Promise<string> =>
      exchange(gateway.port, `GET ${target} HTTP/1.1\r\nHost: a\r\nAuthorization: t\r\n\r\n`);
    assert.match(await send('http://a/prod/x?y'), /^HTTP\/1.1 200 /);
    assert.deepEqual(
      backend.seen.map(({ target }) => target),
      ['/x?y'],
    );
    for (const target of ['http://b/prod/x', 'http://a:81/prod/x', 'https://a/prod/x', '*', 'a/prod/x']) {
      assert.match(await send(target), /^HTTP\/1.1 400 /, target);
    }
    assert.equal(backend.seen.length, 1);
  });

  test('OPTIONS * has no stage, and CONNECT no tunnel', async () => {
    await using gateway = await guarded();
    await using backend = await recordingBackend(gateway);
    assert.match(await exchange(gateway.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'), /^HTTP\/1.1 403 /);
    assert.match(await exchange(gateway.port, 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n'), /^HTTP\/1.1 400 /);
    assert.deepEqual([backend.seen, backend.connections], [[], []]);
  });

  test('the verb of X-HTTP-Method-Override is the one that is authorised and sent; it cannot hold more than a verb (AG-057)', async () => {
    await using gateway = await guarded();
    await using backend = await recordingBackend(gateway);
    const send = (verb: string): Promise<string> =>
      exchange(gateway.port, `GET /prod/a HTTP/1.1\r\nHost: a\r\nAuthorization: t\r\nX-HTTP-Method-Override: ${verb}\r\n\r\n`);
    assert.match(await send('DELETE'), /^HTTP\/1.1 200 /);
    for (const verb of ['delete', 'GET /admin', 'GET,DELETE', 'CONNECT', 'TRACE', 'G\xe9T', '']) {
      assert.match(await send(verb), /^HTTP\/1.1 403 /, verb);
    }
    assert.deepEqual(
      backend.seen.map(({ method, target }) => [method, target]),
      [['DELETE', '/a']],
    );
  });
});

suite('bounds at the front', () => {
  const get = (target: string, lines = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\nAuthorization: t\r\n${lines}\r\n`;
  const padded = (length: number): string => `/prod/a?${'x'.repeat(length - 8)}`;

  for (const [what, bytes, status, body] of [
    ['a URL of 10,240 characters passes (AG-432)', get(padded(10_240)), 200, undefined],
    ['a URL of 10,241 characters is 414 (AG-432)', get(padded(10_241)), 414, '{"message":"Request URI too long"}'],
    ['a URL of a megabyte is 414 (AG-432)', get(padded(1_048_576)), 414, '{"message":"Request URI too long"}'],
    [
      'a header of a megabyte is 431 (AG-431)',
      get('/prod/a', `A: ${'x'.repeat(1_048_576)}\r\n`),
      431,
      'HTTP header is larger than 10240 bytes.',
    ],
    [
      'a name of a megabyte is 431 (AG-431)',
      get('/prod/a', `${'x'.repeat(1_048_576)}: a\r\n`),
      431,
      'HTTP header is larger than 10240 bytes.',
    ],
    ['201 lines are 431', get('/prod/a', 'A: b\r\n'.repeat(199)), 431, 'HTTP header is larger than 10240 bytes.'],
    [
      'a declared body of more than 10 MB is 413 at its head (AG-429)',
      get('/prod/a', 'Content-Length: 10485761\r\n'),
      413,
      'HTTP content length exceeded 10485760 bytes.',
    ],
    ['a declared body beyond every number is 400', get('/prod/a', 'Content-Length: 99999999999999999999\r\n'), 400, undefined],
  ] as const) {
    test(what, async () => {
      await using gateway = await guarded();
      await using backend = await recordingBackend(gateway);
      using client = await RawClient.connect(gateway.port);
      client.send(bytes);
      const answer = await client.until(body ?? '\r\n\r\n');
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `));
      assert.equal(backend.seen.length, status === 200 ? 1 : 0);
      if (status !== 200) assert.match(answer, /Connection: close\r\n/);
      if (status !== 200 && status !== 400) assert.ok(answer.endsWith(`\r\n\r\n${body}`));
    });
  }
});
