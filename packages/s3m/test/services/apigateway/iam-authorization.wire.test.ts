import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { parsePolicy } from '../../../src/policy/parse-policy.ts';
import { key, presign, signHeaders, type ToSign } from '../../signature/official-signer.ts';
import { mock, openGateway, proxy, type Gateway, type RawAnswer } from './gateway-fixture.ts';

const owner = {
  arn: 'arn:aws:iam::000000000000:user/ann',
  accountId: '000000000000',
  userId: 'AIDAANN',
  userName: 'ann',
  administrator: true,
} as const;

type Signed = Gateway & { readonly clock: VirtualClock; call(request?: Partial<ToSign>, sent?: Partial<ToSign>): Promise<RawAnswer> };

async function signed(api = {}): Promise<Signed> {
  const clock = new VirtualClock();
  const gateway = await openGateway({ clock }, { Name: 'Test', ...api });
  const { accessKeyId, ...secrets } = key;
  gateway.account.directory.provide('credentials', accessKeyId, { ...secrets, owner });
  await gateway.method('GET', '/pets', { ...mock(), AuthorizationType: 'AWS_IAM' });
  const call: Signed['call'] = async (request = {}, sent = {}) => {
    const host = `127.0.0.1:${gateway.port}`;
    const { method = 'GET', target = '/prod/pets', body, ...rest } = request;
    const lines = await signHeaders({
      method,
      target,
      host,
      ...rest,
      ...(body === undefined ? {} : { body }),
      at: request.at ?? clock.now(),
    });
    const { host: _, ...headers } = lines;
    const sentBody = sent.body ?? body;
    return gateway.send(sent.target ?? target, {
      method: sent.method ?? method,
      headers: { ...headers, ...sent.headers },
      ...(sentBody === undefined ? {} : { body: sentBody }),
    });
  };
  return Object.assign(gateway, { clock, call });
}

test('A method with AWS_IAM answers 403 Missing Authentication Token to who has not signed, and lets in who has', async () => {
  await using gateway = await signed();
  await gateway.deploy();
  const unsigned = await gateway.send('/prod/pets');
  assert.deepEqual(
    [unsigned.status, unsigned.body, unsigned.header('x-amzn-ErrorType')],
    [403, '{"message":"Missing Authentication Token"}', 'MissingAuthenticationTokenException'],
  );
  assert.equal((await gateway.call()).status, 200);
  assert.equal(
    (await gateway.send(await presign({ host: `127.0.0.1:${gateway.port}`, target: '/prod/pets', at: gateway.clock.now() }, 60))).status,
    200,
  );
});

test('What is not a signature is 403 with the text of AWS (AG-032, AG-372, IAM-043, AG-368)', async () => {
  await using gateway = await signed();
  await gateway.deploy();
  const told = async (answer: Promise<RawAnswer>): Promise<unknown[]> => {
    const { status, body, header } = await answer;
    return [status, header('x-amzn-ErrorType'), (JSON.parse(body) as { message: string }).message.slice(0, 60)];
  };
  assert.deepEqual(await told(gateway.send('/prod/pets', { headers: { Authorization: 'Bearer abc' } })), [
    403,
    'IncompleteSignatureException',
    'Invalid key=value pair (missing equal-sign) in Authorization',
  ]);
  assert.deepEqual(await told(gateway.call({}, { target: '/prod/pets?x=1' })), [
    403,
    'InvalidSignatureException',
    'The request signature we calculated does not match the signa',
  ]);
  assert.deepEqual(
    await told(gateway.call({ at: gateway.clock.now() - 301_000 })),
    [403, 'InvalidSignatureException', 'Signature expired: 20231114T220819Z is now earlier than 20231'].map((text) =>
      typeof text === 'string' ? text.slice(0, 60) : text,
    ),
  );
  assert.deepEqual(await told(gateway.call({ credentials: { ...key, accessKeyId: 'AKIAOTHER' } })), [
    403,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ]);
});

test('A signature is good for the path and the verb that it was made for alone', async () => {
  await using gateway = await signed();
  await gateway.method('DELETE', '/pets', { ...mock(), AuthorizationType: 'AWS_IAM' });
  await gateway.method('GET', '/{proxy+}', { ...mock(), AuthorizationType: 'AWS_IAM' });
  await gateway.deploy();
  const why = async (answer: Promise<RawAnswer>): Promise<string> => (await answer).body;
  for (const target of ['/prod/x/../pets', '/prod/./pets', '/prod/pets/x/..', '/prod/a//pets'])
    assert.match(await why(gateway.call({ target }, { target })), /empty, \. or \.\. segment/, target);
  const override = { 'X-HTTP-Method-Override': 'DELETE' };
  assert.match(await why(gateway.call({}, { headers: override })), /'X-HTTP-Method-Override' must be a 'SignedHeader'/);
  assert.equal((await gateway.call({ headers: override })).status, 200);
  assert.equal((await gateway.call({ target: '/prod/pets/' })).status, 200);
});

test('A resource policy that names a role is about its sessions, as principal and as aws:PrincipalArn (IAM-008)', async () => {
  const roleArn = 'arn:aws:iam::000000000000:role/team/reader';
  const session = { roleArn, issuedAt: 0, policies: [] };
  const { accessKeyId, ...secrets } = key;
  const statement = (Effect: string, more = {}): object => ({
    Effect,
    Principal: '*',
    Action: 'execute-api:Invoke',
    Resource: 'execute-api:/*',
    ...more,
  });
  for (const more of [{ Principal: { AWS: roleArn } }, { Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/*' } } }]) {
    await using gateway = await signed({ Policy: { Version: '2012-10-17', Statement: [statement('Allow'), statement('Deny', more)] } });
    await gateway.deploy();
    assert.equal((await gateway.call()).status, 200);
    const arn = 'arn:aws:sts::000000000000:assumed-role/reader/session';
    const credentials = { ...key, accessKeyId: `${accessKeyId.slice(0, -1)}R` };
    const reader = { arn, accountId: '000000000000', userId: 'AROA:session', session };
    gateway.account.directory.provide('credentials', credentials.accessKeyId, { ...secrets, owner: reader });
    assert.match((await gateway.call({ credentials })).body, /with an explicit deny in a resource-based policy/, JSON.stringify(more));
  }
});

test('The body is part of what is signed, and still reaches the backend; the signature does not (AG-222)', async () => {
  await using gateway = await signed();
  const backend = await gateway.backend();
  await gateway.method('POST', '/pets', { ...proxy(), AuthorizationType: 'AWS_IAM' });
  await gateway.deploy();
  const body = 'x'.repeat(100_000);
  assert.equal((await gateway.call({ method: 'POST', body })).status, 200);
  assert.equal((await gateway.call({ method: 'POST', body }, { body: `${body.slice(1)}y` })).status, 403);
  assert.equal(backend.seen.length, 1);
  assert.deepEqual([backend.seen[0]!.body.length, backend.seen[0]!.values('Authorization')], [100_000, []]);
});

test('Templates and mappings see who signed ($context.identity)', async () => {
  await using gateway = await signed();
  const backend = await gateway.backend();
  const names = ['accessKey', 'accountId', 'caller', 'user', 'userArn', 'principalOrgId'];
  const RequestParameters = Object.fromEntries(names.map((name) => [`integration.request.header.x-${name}`, `context.identity.${name}`]));
  await gateway.method('GET', '/who', { ...proxy('http://nlb.internal/', { RequestParameters }), AuthorizationType: 'AWS_IAM' });
  await gateway.deploy();
  await gateway.call({ target: '/prod/who' });
  const [seen] = backend.seen;
  assert.deepEqual(
    names.map((name) => seen!.values(`x-${name}`).join()),
    [key.accessKeyId, '000000000000', 'AIDAANN', 'AIDAANN', owner.arn, ''],
  );
});

test('A resource policy sees who signed: one Allow is enough, a Deny wins (AG-169); and names them when it denies', async () => {
  const statement = (Effect: string, more = {}): object => ({
    Effect,
    Principal: '*',
    Action: 'execute-api:Invoke',
    Resource: 'execute-api:/*',
    ...more,
  });
  const statusWith = async (...statements: object[]): Promise<RawAnswer> => {
    await using gateway = await signed({ Policy: { Version: '2012-10-17', Statement: statements } });
    await gateway.deploy();
    return await gateway.call();
  };
  assert.equal((await statusWith(statement('Allow', { Resource: 'execute-api:/other/*' }))).status, 200);
  assert.equal((await statusWith(statement('Deny', { Principal: { AWS: 'arn:aws:iam::000000000000:user/bob' } }))).status, 200);
  const { NotPrincipal } = { NotPrincipal: { AWS: owner.arn } };
  const { Principal: _, ...others } = statement('Deny', { NotPrincipal }) as { Principal: unknown };
  assert.equal((await statusWith(others)).status, 200);
  for (const more of [
    { Principal: { AWS: owner.arn } },
    { Principal: { AWS: '000000000000' } },
    { Condition: { StringEquals: { 'aws:username': 'ann', 'aws:PrincipalArn': owner.arn, 'aws:PrincipalAccount': '000000000000' } } },
    { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } },
  ]) {
    const answer = await statusWith(statement('Allow'), statement('Deny', more));
    assert.equal(answer.status, 403, JSON.stringify(more));
    assert.match(
      answer.body,
      /^\{"Message":"User: arn:aws:iam::000000000000:user\/ann is not .* with an explicit deny in a resource-based policy"\}$/,
    );
  }
});

test('Who is of another account needs an Allow of the resource policy, and has none without a policy (AG-170)', async () => {
  const statement = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
  const policy = (Principal: object): object => ({ Policy: { Version: '2012-10-17', Statement: [{ ...statement, Principal }] } });
  for (const [api, expected] of [
    [{}, 403],
    [policy({ AWS: '000000000000' }), 403],
    [policy({ AWS: '111122223333' }), 200],
  ] as const) {
    await using gateway = await signed(api);
    const foreign = { accessKeyId: 'AKIAFOREIGN', secretAccessKey: 'theirs' };
    const arn = 'arn:aws:iam::111122223333:user/eve';
    gateway.account.directory.provide('credentials', foreign.accessKeyId, {
      secretAccessKey: foreign.secretAccessKey,
      owner: { arn, accountId: '111122223333', userId: 'AIDAEVE', userName: 'eve' },
    });
    await gateway.deploy();
    const answer = await gateway.call({ credentials: foreign });
    assert.equal(answer.status, expected);
    if (expected === 403) assert.match(answer.body, /^\{"Message":"User: arn:aws:iam::111122223333:user\/eve is not authorized/);
  }
});

test('Neither secret nor session token nor signature is in a trace', async () => {
  await using gateway = await signed();
  await gateway.deploy();
  for (const answer of [await gateway.call(), await gateway.call({}, { target: '/prod/pets?x=1' })]) {
    const text = JSON.stringify(gateway.trace(answer));
    assert.match(text, /AKIATESTTESTTESTTEST/);
    assert.doesNotMatch(text, /a-session-token|a-secret|Signature=/);
  }
});

test('Who signs as a role is let in by its policies, or by the resource policy; a Deny of either keeps it out (IAM-002, IAM-030, IAM-031)', async () => {
  const roleArn = 'arn:aws:iam::000000000000:role/caller';
  const arn = 'arn:aws:sts::000000000000:assumed-role/caller/me';
  const role = {
    owner: { arn, accountId: '000000000000', userId: 'AROA:me', session: { roleArn, issuedAt: 0, policies: [] } },
    credentials: { accessKeyId: 'ASIAROLE', secretAccessKey: 'of-the-role', sessionToken: 'token' },
  };
  const open = async (statements: readonly object[], api = {}): Promise<Signed> => {
    const gateway = await signed(api);
    const { accessKeyId, ...secrets } = role.credentials;
    gateway.account.directory.provide('credentials', accessKeyId, { ...secrets, owner: role.owner });
    gateway.account.directory.provide('role', roleArn, {
      arn: roleArn,
      name: 'caller',
      id: 'AROA',
      maxSessionSeconds: 3600,
      trust: parsePolicy({ Statement: [] }),
      tags: {},
      policies: [{ name: 'p', document: parsePolicy({ Version: '2012-10-17', Statement: statements }) }],
      boundary: undefined,
      attach: () => () => {},
    });
    await gateway.deploy();
    return gateway;
  };
  const invoke = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:us-east-1:000000000000:*/prod/GET/pets' };
  await using allowed = await open([invoke]);
  assert.equal((await allowed.call({ credentials: role.credentials })).status, 200);
  await using without = await open([{ ...invoke, Resource: 'arn:aws:execute-api:us-east-1:000000000000:*/prod/GET/dogs' }]);
  const refused = await without.call({ credentials: role.credentials });
  assert.equal(refused.status, 403);
  assert.match(
    refused.body,
    /^\{"Message":"User: arn:aws:sts::000000000000:assumed-role\/caller\/me is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\*{8}0000:[a-z0-9]+\/prod\/GET\/pets because no identity-based policy allows the execute-api:Invoke action"\}$/,
  );
  await using denied = await open([invoke, { ...invoke, Effect: 'Deny' }]);
  assert.match((await denied.call({ credentials: role.credentials })).body, /with an explicit deny in an identity-based policy"\}$/);
  const Policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: { AWS: roleArn }, Action: '*', Resource: '*' } };
  await using byApi = await open([], { Policy });
  assert.equal((await byApi.call({ credentials: role.credentials })).status, 200);
});
