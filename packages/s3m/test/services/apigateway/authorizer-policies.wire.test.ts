import assert from 'node:assert/strict';
import test from 'node:test';
import { addAuthorizer, allow, mock, openGateway } from './gateway-fixture.ts';
import { get, guarded } from './guarded-gateway.ts';

test('An explicit deny is 403 with the key Message and its text (AG-901)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = ({ methodArn }) => allow(methodArn, {}, 'Deny');
  const answer = await get(gateway);
  assert.equal(answer.status, 403);
  assert.equal(
    answer.body,
    '{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
  );
  assert.equal(answer.header('x-amzn-ErrorType'), 'AccessDeniedException');
});

test('A policy that says nothing about the method is 403 with a text of its own (AG-901)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = ({ methodArn }) => allow(methodArn.replace('/GET/', '/DELETE/'));
  const answer = await get(gateway);
  assert.equal(answer.status, 403);
  assert.equal(
    answer.body,
    '{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}',
  );
  assert.match(String(gateway.trace(answer).authorizer!.nearMiss), /DELETE\/weather" does not cover .*GET\/weather$/);
});

test('A policy may be of either version, without Version, and of any number of statements; an empty one is an implicit deny (AG-164, AG-165, AG-168)', async () => {
  await using gateway = await guarded({ AuthorizerResultTtlInSeconds: 0 });
  const statement = (Resource: string): object => ({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource });
  const answerWith = async (policyDocument: (arn: string) => object): Promise<number> => {
    gateway.lambda.handler = ({ methodArn }) => ({ principalId: 'user', policyDocument: policyDocument(methodArn) });
    return (await get(gateway)).status;
  };
  assert.equal(await answerWith((arn) => ({ Version: '2008-10-17', Statement: statement(arn) })), 200);
  assert.equal(await answerWith((arn) => ({ Statement: [statement(arn)] })), 200);
  assert.equal(await answerWith((arn) => ({ Statement: [...Array.from({ length: 2000 }, () => statement('no')), statement(arn)] })), 200);
  assert.equal(await answerWith(() => ({ Version: '2012-10-17', Statement: [] })), 403);
  assert.equal(await answerWith(() => ({ Version: '2013-01-01', Statement: [] })), 500);
});

test('The ARN that is matched is the one that the function was told, escapes as they were sent (AG-090, AG-166)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  await gateway.method('GET', '/{proxy+}', { ...mock(), ...guard });
  await gateway.deploy();
  for (const path of ['a%2Fb', 'a//b', 'a/', 'caf%C3%A9', '%2A']) {
    assert.equal((await get(gateway, `/prod/${path}`, path)).status, 200, path);
    assert.ok(lambda.events.at(-1)!.methodArn.endsWith(`/prod/GET/${path}`));
  }
  lambda.handler = ({ methodArn }) => allow(decodeURIComponent(methodArn));
  assert.equal((await get(gateway, '/prod/a%2Fb', 'other')).status, 403);
});

test("The method's ARN may have 1,600 bytes; beyond that it is 414 (AG-091, AG-433)", async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = () => allow('*');
  await gateway.method('GET', '/{proxy+}', { ...mock(), ...guard });
  await gateway.deploy();
  const rest = 1600 - `arn:aws:execute-api:us-east-1:000000000000:${gateway.api.id}/prod/GET/`.length;
  assert.equal((await get(gateway, `/prod/${'a'.repeat(rest)}`)).status, 200);
  const long = await get(gateway, `/prod/${'a'.repeat(rest + 1)}`);
  assert.deepEqual([long.status, long.body], [414, '{"message":"Request URI too long"}']);
});

test('An Allow whose Resource has more than 512 characters denies (AG-149)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = ({ methodArn }) => allow(`${methodArn}${'*'.repeat(513)}`);
  assert.equal((await get(gateway)).status, 403);
});

test('So it is with one that has a variable (AG-149)', async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway, { AuthorizerResultTtlInSeconds: 0 });
  await gateway.method('GET', '/{proxy+}', { ...mock(), ...guard });
  await gateway.deploy();
  for (const [stars, status] of [
    [1, 200],
    [513, 403],
  ] as const) {
    lambda.handler = ({ methodArn }) => allow(methodArn.replace('127.0.0.1', `${'*'.repeat(stars)}\${aws:SourceIp}`));
    assert.equal((await get(gateway, '/prod/127.0.0.1')).status, status);
  }
});

test("A policy's path may have characters that AWS's own blueprint does not take (AG-162)", async () => {
  await using gateway = await openGateway();
  const { lambda, guard } = await addAuthorizer(gateway, { AuthorizerResultTtlInSeconds: 0 });
  await gateway.method('GET', '/{proxy+}', { ...mock(), ...guard });
  await gateway.deploy();
  for (const path of ['/a_b', '/a%20b', '/~ann', '/k=v,w', '/a:b@c']) {
    lambda.handler = ({ methodArn }) => allow(methodArn);
    assert.equal((await get(gateway, `/prod${path}`)).status, 200, path);
    lambda.handler = ({ methodArn }) => allow(`${methodArn}x`);
    assert.equal((await get(gateway, `/prod${path}`)).status, 403, path);
  }
});
