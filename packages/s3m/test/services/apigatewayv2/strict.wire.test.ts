import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { attacks } from '../../http/smuggling-attacks.ts';
import { RawClient } from '../../http/sockets.ts';
import { listeningRecorder } from '../apigateway/recording-backend.ts';
import { openHttpApi } from './http-api-fixture.ts';

async function exchange(port: number, bytes: string): Promise<string> {
  using client = await RawClient.connect(port);
  client.socket.end(Buffer.from(bytes, 'latin1'));
  return await client.untilEnd();
}

function passing(port: number, parameters: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  const uri = `http://127.0.0.1:${port}/{proxy}`;
  return {
    IntegrationType: 'HTTP_PROXY',
    IntegrationMethod: 'ANY',
    IntegrationUri: uri,
    PayloadFormatVersion: '1.0',
    RequestParameters: parameters,
  };
}

suite('smuggling against an HTTP API: the backend gets what is read in the one right way, and nothing else', () => {
  for (const [name, table] of Object.entries(attacks)) {
    test(name, async () => {
      const { backend, port } = await listeningRecorder();
      await using _ = backend;
      await using api = await openHttpApi();
      await api.route('ANY /{proxy+}', passing(port) as never);
      for (const [what, bytes, outcome] of table) {
        backend.seen.length = 0;
        const answers = await exchange(api.port, bytes.replace(' / HTTP', ' /first HTTP'));
        if (typeof outcome === 'number') {
          assert.match(answers, new RegExp(`^HTTP/1.1 ${outcome} [^]*Connection: close\r\n`), what);
          assert.deepEqual(backend.seen, [], what);
        } else {
          assert.deepEqual(
            backend.seen.map(({ target, body }) => [target, body]),
            outcome.map(([target, body]) => [target === '/' ? '/first' : target, body]),
            what,
          );
        }
      }
    });
  }
});

test('a client’s copy of a header that the integration overwrites or removes never arrives, however it is written', async () => {
  const { backend, port } = await listeningRecorder();
  await using _ = backend;
  await using api = await openHttpApi();
  await api.route('ANY /{proxy+}', passing(port, { 'overwrite:header.X-User': 'alice', 'remove:header.x_secret': "''" }) as never);
  for (const lines of [
    'X-User: admin\r\n',
    'x-user: admin\r\nX-USER: root\r\n',
    'X_User: admin\r\n',
    'X.User: admin\r\nX~User: root\r\n',
    'X-User: admin\r\nConnection: X-User\r\n',
    'Connection: close, X-User\r\n',
    'X-Secret: 1\r\nx_secret: 2\r\nX.Secret: 3\r\n',
  ]) {
    assert.match(await exchange(api.port, `GET /a HTTP/1.1\r\nHost: a\r\n${lines}\r\n`), /^HTTP\/1.1 200 /, lines);
    const { variable } = backend.seen.at(-1)!;
    assert.deepEqual([variable('X-User'), variable('X-Secret')], [['alice'], []], lines);
  }
});

test('headers of one hop, what Connection nominates, and names that pass for framing or origin go no further (RFC 9110 section 7.6.1)', async () => {
  const { backend, port } = await listeningRecorder();
  await using _ = backend;
  await using api = await openHttpApi();
  await api.route('ANY /{proxy+}', passing(port) as never);
  const lines = ['Connection: keep-alive, X-Hop', 'X-Hop: 1', 'X-End: 2', 'TE: trailers', 'Upgrade: h2c', 'Keep-Alive: timeout=5'];
  lines.push('Content_Length: 9', 'Transfer_Encoding: chunked', 'X_Forwarded_For: 1.2.3.4', 'X-Token: a', 'X_Token: b', 'X_Own: c');
  await exchange(api.port, `GET /a HTTP/1.1\r\nHost: a\r\n${lines.join('\r\n')}\r\n\r\n`);
  const { variable } = backend.seen[0]!;
  for (const name of ['X-Hop', 'TE', 'Upgrade', 'Keep-Alive', 'Content-Length', 'Transfer-Encoding', 'X-Forwarded-For']) {
    assert.deepEqual(variable(name), [], name);
  }
  assert.deepEqual([variable('X-End'), variable('X-Token'), variable('X-Own')], [['2'], ['a'], ['c']]);
});
