import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { key, presign, signHeaders } from '../../signature/official-signer.ts';
import { addLambda, openHttpApi } from './http-api-fixture.ts';

const owner = {
  arn: 'arn:aws:iam::000000000000:user/ann',
  accountId: '000000000000',
  userId: 'AIDAANN',
  userName: 'ann',
  administrator: true,
} as const;

test('AWS_IAM lets in who has signed, and everybody else gets 403, byte by byte (AG-957)', async () => {
  const clock = new VirtualClock();
  await using api = await openHttpApi({ clock });
  const { accessKeyId, ...secrets } = key;
  api.account.directory.provide('credentials', accessKeyId, { ...secrets, owner });
  const lambda = addLambda(api, 'f');
  await api.route('ANY /pets/{id}', lambda.integration(), { AuthorizationType: 'AWS_IAM' });
  const host = `127.0.0.1:${api.port}`;
  const request = { method: 'POST', target: '/pets/7?x=1', host, body: '{"a":1}', at: clock.now() };
  const { host: _, ...headers } = await signHeaders(request);
  const answer = await api.send('/pets/7?x=1', { method: 'POST', headers, body: '{"a":1}' });
  assert.equal(answer.status, 200);
  assert.deepEqual(lambda.events[0].requestContext.authorizer, {
    iam: {
      accessKey: accessKeyId,
      accountId: '000000000000',
      callerId: 'AIDAANN',
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: owner.arn,
      userId: 'AIDAANN',
    },
  });
  assert.equal(lambda.events[0].body, '{"a":1}');
  assert.equal((await api.send(await presign({ host, target: '/pets/7', at: clock.now() }, 60))).status, 200);
  const refusals = [
    api.send('/pets/7'),
    api.send('/pets/7', { headers: { Authorization: 'Bearer x' } }),
    api.send('/pets/7?x=1', { method: 'POST', headers, body: '{"a":2}' }),
    api.send('/pets/8?x=1', { method: 'POST', headers, body: '{"a":1}' }),
  ];
  for (const refused of await Promise.all(refusals)) {
    assert.equal(refused.status, 403);
    assert.equal(refused.body, '{"message":"Forbidden"}');
  }
  assert.equal(lambda.events.length, 2);
  await clock.advance(6 * 60_000);
  assert.equal((await api.send('/pets/7?x=1', { method: 'POST', headers, body: '{"a":1}' })).status, 403);
});
