import assert from 'node:assert/strict';
import test from 'node:test';
import { restApi } from '../../../src/services/apigateway/rest-api.ts';
import type { Value } from '../../../src/services/resource-type.ts';
import { addAuthorizer, allow, mock, openGateway, type FakeFunction, type Gateway, type RawAnswer } from './gateway-fixture.ts';

function statement(effect: string, more: { readonly [key: string]: Value } = {}): { readonly [key: string]: Value } {
  return { Effect: effect, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*', ...more };
}

async function withPolicy(
  ...statements: readonly { readonly [key: string]: Value }[]
): Promise<Gateway & { readonly lambda: FakeFunction }> {
  const gateway = await openGateway({}, { Name: 'Test', Policy: { Version: '2012-10-17', Statement: statements } });
  const { lambda, guard } = await addAuthorizer(gateway, { AuthorizerResultTtlInSeconds: 0 });
  lambda.handler = ({ authorizationToken, methodArn }) =>
    authorizationToken === 'silent' ? allow(methodArn.replace('/GET/', '/DELETE/')) : allow(methodArn, {}, authorizationToken);
  await gateway.method('GET', '/open', mock());
  await gateway.method('GET', '/guarded', { ...mock(), ...guard });
  await gateway.deploy();
  return Object.assign(gateway, { lambda });
}

const ask = (gateway: Gateway, token: string): Promise<RawAnswer> => gateway.send('/prod/guarded', { headers: { Authorization: token } });

test('Without an authorizer the policy must allow; else 403 with the masked ARN (AG-172, AG-173, AG-901)', async () => {
  await using allowing = await withPolicy(statement('Allow'));
  assert.equal((await allowing.send('/prod/open')).status, 200);
  await using silent = await withPolicy(statement('Allow', { Resource: 'execute-api:/prod/GET/other' }));
  const answer = await silent.send('/prod/open');
  assert.equal(answer.status, 403);
  assert.equal(
    answer.body,
    `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********0000:${silent.api.id}/prod/GET/open because no resource-based policy allows the execute-api:Invoke action"}`,
  );
  assert.equal(answer.header('x-amzn-ErrorType'), 'AccessDeniedException');
  assert.match(String(silent.trace(answer).resourcePolicy!.nearMiss), /GET\/other" does not cover .*GET\/open$/);
});

test('A Deny wins over an Allow (AG-153), also before an authorizer is asked (AG-169)', async () => {
  await using gateway = await withPolicy(statement('Allow'), statement('Deny', { Resource: ['execute-api:/prod/GET/*'] }));
  for (const path of ['/prod/open', '/prod/guarded']) {
    const answer = await gateway.send(path, { headers: { Authorization: 'Allow' } });
    assert.equal(answer.status, 403);
    assert.match(answer.body, /^\{"Message":"User: anonymous is not .*\/GET\/\w+ with an explicit deny in a resource-based policy"\}$/);
    assert.equal(gateway.trace(answer).resourcePolicy!.decision, 'explicit-deny');
  }
  assert.equal(gateway.lambda.events.length, 0);
});

/** Rows: what the resource policy says. Columns: what the authorizer's says. */
const table: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Allow: { Allow: 200, silent: 200, Deny: 403 },
  nothing: { Allow: 200, silent: 403, Deny: 403 },
  Deny: { Allow: 403, silent: 403, Deny: 403 },
};

for (const [policy, columns] of Object.entries(table)) {
  test(`With a Lambda authorizer, a resource policy that says ${policy} decides as AWS's table has it (AG-169)`, async () => {
    await using gateway = await withPolicy(
      policy === 'nothing' ? statement('Allow', { Resource: 'execute-api:/other/*' }) : statement(policy),
    );
    for (const [token, status] of Object.entries(columns)) assert.equal((await ask(gateway, token)).status, status, token);
    assert.equal((await gateway.send('/prod/guarded')).status, policy === 'Deny' ? 403 : 401);
  });
}

test("Both silent is the authorizer's text (AG-901)", async () => {
  await using gateway = await withPolicy(statement('Allow', { Resource: 'execute-api:/other/*' }));
  assert.equal(
    (await ask(gateway, 'silent')).body,
    '{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}',
  );
});

test('aws:SourceIp is the peer, whatever X-Forwarded-For says (AG-176, AG-160)', async () => {
  const range = (cidr: string): { readonly [key: string]: Value } => ({ Condition: { IpAddress: { 'aws:SourceIp': cidr } } });
  await using inside = await withPolicy(statement('Allow', range('127.0.0.0/8')));
  assert.equal((await inside.send('/prod/open', { headers: { 'X-Forwarded-For': '203.0.113.9' } })).status, 200);
  await using outside = await withPolicy(statement('Allow', range('203.0.113.0/24')));
  assert.equal((await outside.send('/prod/open', { headers: { 'X-Forwarded-For': '203.0.113.9' } })).status, 403);
  await using blocked = await withPolicy(statement('Allow'), statement('Deny', range('127.0.0.1')));
  assert.equal((await blocked.send('/prod/open')).status, 403);
});

test('What cannot be evaluated denies: unknown keys, operators and variables', async () => {
  for (const condition of [
    { StringEquals: { 'aws:NoSuchKey': 'x' } },
    { NoSuchOperator: { 'aws:SourceIp': '127.0.0.1' } },
    { IpAddress: { 'aws:SourceIp': 'not an address' } },
    { StringEquals: { 'aws:UserAgent': '${aws:username}' } },
  ] as { readonly [key: string]: Value }[]) {
    await using allowed = await withPolicy(statement('Allow', { Condition: condition }));
    assert.equal((await allowed.send('/prod/open', { headers: { 'User-Agent': 'x' } })).status, 403, JSON.stringify(condition));
    await using denied = await withPolicy(statement('Allow'), statement('Deny', { Condition: condition }));
    assert.equal((await denied.send('/prod/open', { headers: { 'User-Agent': 'x' } })).status, 403, JSON.stringify(condition));
  }
});

test('Who has not signed is nobody but *: named principals and NotPrincipal do not let them in', async () => {
  for (const [more, status] of [
    [{ Principal: { AWS: '*' } }, 200],
    [{ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }, 403],
    [{ Principal: { AWS: '000000000000' } }, 403],
    [{ Principal: { Service: 'apigateway.amazonaws.com' } }, 403],
  ] as const) {
    await using gateway = await withPolicy(statement('Allow', more));
    assert.equal((await gateway.send('/prod/open')).status, status, JSON.stringify(more));
  }
  const { Principal: _, ...rest } = statement('Deny', { NotPrincipal: { AWS: 'arn:aws:iam::000000000000:user/ann' } });
  await using gateway = await withPolicy(statement('Allow'), rest);
  assert.equal((await gateway.send('/prod/open')).status, 403);
});

test('A changed policy counts once it is deployed (AG-175), and the engine says that it is not', async () => {
  await using gateway = await withPolicy(statement('Allow'));
  gateway.api.draft.policy = { Version: '2012-10-17', Statement: [statement('Deny')] };
  assert.equal((await gateway.send('/prod/open')).status, 200);
  assert.match(gateway.api.staleness()[0]!, /older than Policy/);
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/open')).status, 403);
});

test('A policy that is none is refused at load, and says where it is wrong (AG-175)', () => {
  const check = (Policy: Value): string[] => restApi.check!({ Name: 'x', Policy }, {}).map(({ fix }) => fix ?? '');
  assert.deepEqual(check({ Version: '2012-10-17', Statement: [statement('Allow')] }), []);
  const wrong: [Value, RegExp][] = [
    [{ Version: '2012-10-17' }, /Statement is missing/],
    [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, /neither Principal nor NotPrincipal/],
    [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Principal: '*' }] }, /neither Resource nor NotResource/],
    [{ Version: '2012-10-17', Statement: [statement('Perhaps')] }, /Effect must be/],
    [{ Version: '2012-10-17', Statement: [statement('Allow', { Sid: 'x'.repeat(8200) })] }, /8192 are allowed/],
    ['not json', /no JSON/],
  ];
  for (const [policy, expected] of wrong) assert.match(check(policy).join(), expected);
});
