import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { RawClient } from '../../http/sockets.ts';
import { addAuthorizer, allow, FakeFunction, openGateway, proxy } from './gateway-fixture.ts';
import { callArbitrary, cutAt, expectedAtBackend, readAnswers, writeCall } from './generated-calls.ts';
import { recordingBackend } from './recording-backend.ts';

test('over sockets too: three clients at a time, the backend sees what each sent and nothing else, and each gets its own answers', async () => {
  await using gateway = await openGateway();
  await using backend = await recordingBackend(gateway);
  const lambda = new FakeFunction();
  lambda.handler = ({ authorizationToken: user }) => allow('arn:aws:execute-api:*:*:*', { user });
  const { guard } = await addAuthorizer(gateway, {}, lambda);
  const mapped = {
    'integration.request.header.X-User': 'context.authorizer.user',
    'integration.request.path.proxy': 'method.request.path.proxy',
  };
  await gateway.method('ANY', '/{proxy+}', { ...proxy('http://nlb.internal/{proxy}', { RequestParameters: mapped }), ...guard });
  await gateway.deploy();
  const sequence = fc.tuple(fc.array(callArbitrary, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(5000), { maxLength: 5 }));
  await fc.assert(
    fc.asyncProperty(fc.array(sequence, { minLength: 3, maxLength: 3 }), async (sequences) => {
      backend.seen.length = 0;
      await Promise.all(
        sequences.map(async ([calls, cuts], client) => {
          const own = calls.map((call, index) => ({ ...call, path: `c${client}.${index}${call.path}` }));
          using socket = await RawClient.connect(gateway.port);
          const end = 'GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
          for (const piece of cutAt(Buffer.from(own.map(writeCall).join('') + end, 'latin1'), cuts)) {
            socket.send(piece);
            await new Promise((resolve) => setImmediate(resolve));
          }
          const verbs = own.map(({ verb }) => verb);
          const answers = readAnswers(await socket.untilEnd(), verbs);
          const seen = backend.seen.filter(({ target }) => target.startsWith(`/c${client}.`));
          assert.deepEqual(
            seen.map(({ method, target, variable, body }) => [method, target, variable('X-User'), body]),
            own.map(expectedAtBackend),
          );
          assert.deepEqual(
            answers.map(({ status, body }) => [status, status === 200 ? body : '']),
            [...own.map((call) => [200, call.verb === 'HEAD' ? '' : `[/${call.path}:${call.body}]`]), [403, '']],
          );
        }),
      );
      const sent = sequences.reduce((sum, [calls]) => sum + calls.length, 0);
      assert.equal(backend.seen.length, sent);
    }),
    { seed: 20_260_407, numRuns: 40 },
  );
});
