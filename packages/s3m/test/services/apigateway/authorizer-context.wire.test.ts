import assert from 'node:assert/strict';
import test from 'node:test';
import { addAuthorizer, allow, openGateway, proxy } from './gateway-fixture.ts';
import { get, guarded, token } from './guarded-gateway.ts';

test('The token is in no trace: not in event, result, near miss, function log or path', async () => {
  await using gateway = await guarded();
  const bare = token.slice('Bearer '.length);
  gateway.lambda.handler = ({ methodArn }) => allow(`${methodArn}/${bare}`, { echoed: `got ${token}`, bare, deep: 1 });
  const denied = await get(gateway, `/prod/weather?access_token=${bare}`);
  assert.equal(denied.status, 403);
  const again = await get(gateway, `/prod/weather?access_token=${bare}`);
  for (const answer of [denied, again]) {
    const text = JSON.stringify(gateway.trace(answer));
    assert.doesNotMatch(text, /canary/);
    assert.match(text, /Bearer \(sha256 [0-9a-f]{12}\)/);
  }
  gateway.lambda.handler = () => {
    throw new Error(`cannot verify ${bare}`);
  };
  gateway.api.flushAuthorizers('prod');
  const failed = await get(gateway);
  assert.equal(failed.status, 500);
  assert.doesNotMatch(JSON.stringify(gateway.trace(failed)), /canary/);
});

test('The context reaches the backend as mapped, principalId from the result itself; what the client sends under these names never does (AG-142, AG-144, AG-145, AG-330, T5)', async () => {
  await using gateway = await openGateway();
  const backend = await gateway.backend();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = ({ methodArn }) => allow(methodArn, { subject: 'user-1', level: 7, admin: false, nothing: null, principalId: 'forged' });
  const parameters = Object.fromEntries(
    ['subject', 'level', 'admin', 'nothing', 'absent', 'principalId'].map((key) => [
      `integration.request.header.x-s3m-${key}`,
      `context.authorizer.${key}`,
    ]),
  );
  await gateway.method('GET', '/weather', { ...proxy('http://nlb.internal/', { RequestParameters: parameters }), ...guard });
  await gateway.deploy();
  const forged = {
    'x-s3m-subject': ['admin', 'root'],
    'X-S3M-Subject': 'admin',
    x_s3m_subject: 'admin',
    'X-S3m_Subject': 'admin',
    'x-s3m-absent': 'admin',
    X_S3M_ADMIN: 'true',
    'x-s3m-nothing': 'admin',
  };
  const answer = await gateway.send('/prod/weather', { headers: { ...forged, Authorization: token } });
  assert.equal(answer.status, 200);
  const seen = backend.seen[0]!.headers.filter(([name]) => /^x[-_]s3m/i.test(name));
  assert.deepEqual(seen, [
    ['x-s3m-subject', 'user-1'],
    ['x-s3m-level', '7'],
    ['x-s3m-admin', 'false'],
    ['x-s3m-principalId', 'user'],
  ]);
});

test('A context value that could break out of its header is 500, and nothing is dialled (T32)', async () => {
  for (const value of ['x\r\nX-Role: admin', 'x\nadmin', 'nul\u0000', 'del\u007f', 'Zürich', '日本']) {
    await using gateway = await openGateway();
    const backend = await gateway.backend();
    const { lambda, guard } = await addAuthorizer(gateway);
    lambda.handler = ({ methodArn }) => allow(methodArn, { name: value });
    const parameters = { 'integration.request.header.x-name': 'context.authorizer.name' };
    await gateway.method('GET', '/weather', { ...proxy('http://nlb.internal/', { RequestParameters: parameters }), ...guard });
    await gateway.deploy();
    const answer = await get(gateway);
    assert.deepEqual([answer.status, answer.body], [500, '{"message": "Internal server error"}']);
    assert.equal(backend.dialled, 0);
  }
});
