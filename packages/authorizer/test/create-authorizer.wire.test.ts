import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { SignJWT } from 'jose';
import { createAuthorizer, type AuthorizerOptions } from '../src/create-authorizer.ts';
import { route } from '../src/route.ts';
import { audience, goodClaims, sign, startIssuer, type LocalIssuer } from './local-issuer.ts';
import { environmentFor, startTable, type LocalTable } from './local-table.ts';

const api = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234';
const methodArn = `${api}/prod/GET/weather/weatherforecast`;

interface Fixture {
  readonly issuer: LocalIssuer;
  readonly table: LocalTable;
  readonly lines: string[];
  readonly environment: Record<string, string>;
  readonly call: (
    authorizationToken: string | undefined,
    options?: Partial<AuthorizerOptions>,
  ) => ReturnType<ReturnType<typeof createAuthorizer>>;
}

async function start(context: TestContext): Promise<Fixture> {
  const issuer = await startIssuer(context);
  const table = await startTable(context);
  table.items.set('ada', { roles: { SS: ['administrator'] } }).set('bob', { roles: { SS: ['user'] } });
  const environment = { ...environmentFor(table), JWT_ISSUER: issuer.url, JWT_AUDIENCE: audience };
  const lines: string[] = [];
  const rule: AuthorizerOptions['rule'] = (_claims, roles) => (roles.includes('administrator') ? [route`* /*`] : []);
  return {
    issuer,
    table,
    lines,
    environment,
    call: (authorizationToken, options) =>
      createAuthorizer(
        { rule, ...options },
        { environment, now: Date.now, log: (line) => lines.push(line) },
      )({
        type: 'TOKEN',
        methodArn,
        ...(authorizationToken === undefined ? {} : { authorizationToken }),
      }),
  };
}

test('an administrator is allowed, and the service learns who calls', async (context) => {
  const { issuer, call } = await start(context);
  const result = await call(`Bearer ${await sign(goodClaims(issuer), issuer.key)}`);
  assert.deepEqual(result, {
    principalId: 'ada',
    policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: [`${api}/prod/*`] }] },
    context: { subject: 'ada', roles: '["administrator"]' },
  });
});

test('another caller, and one whom the table does not know, is denied everything', async (context) => {
  const { issuer, call } = await start(context);
  for (const sub of ['bob', 'nobody', '*', '../']) {
    const { policyDocument } = await call(`Bearer ${await sign({ ...goodClaims(issuer), sub, roles: ['administrator'] }, issuer.key)}`);
    assert.deepEqual(policyDocument.Statement, [{ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: [`${api}/*`] }], sub);
  }
});

test('a bad token rejects with exactly "Unauthorized", and the table is not asked', async (context) => {
  const { issuer, table, call } = await start(context);
  const expired = await sign({ ...goodClaims(issuer), exp: 1 }, issuer.key);
  for (const value of [undefined, '', 'Bearer x', `Bearer ${expired}`]) await assert.rejects(call(value), { message: 'Unauthorized' });
  assert.equal(table.requests.length, 0);
});

test('a table or an issuer that cannot be read rejects with another error', async (context) => {
  const { issuer, table, call } = await start(context);
  const token = `Bearer ${await sign(goodClaims(issuer), issuer.key)}`;
  table.override = (response) => response.socket?.destroy();
  await assert.rejects(call(token), /^Error: The authorizer could not decide: DynamoDB can't be reached/);
  table.override = undefined;
  issuer.override = (_request, response) => response.writeHead(500).end();
  await assert.rejects(call(token), /^Error: The authorizer could not decide: The keys of issuer .* can't be read/);
  issuer.override = undefined;
  await call(token);
});

test('the function works again as soon as the table does', async (context) => {
  const { issuer, table, environment } = await start(context);
  const handler = createAuthorizer({ rule: () => [route`* /*`] }, { environment, now: Date.now, log: () => {} });
  const event = { type: 'TOKEN', methodArn, authorizationToken: `Bearer ${await sign(goodClaims(issuer), issuer.key)}` };
  table.override = (response) => response.writeHead(500).end();
  await assert.rejects(handler(event));
  table.override = undefined;
  await handler(event);
});

test('a revoked role is gone with the next call', async (context) => {
  const { issuer, table, call } = await start(context);
  const token = `Bearer ${await sign(goodClaims(issuer), issuer.key)}`;
  assert.equal((await call(token)).policyDocument.Statement[0].Effect, 'Allow');
  table.items.delete('ada');
  assert.equal((await call(token)).policyDocument.Statement[0].Effect, 'Deny');
});

test('what is missing or wrong in the installation is broken, not unauthorized, whatever the token', async (context) => {
  const { call, environment } = await start(context);
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE', 'ROLES_TABLE_NAME', 'AWS_REGION']) {
    const { [name]: value } = environment;
    delete environment[name];
    await assert.rejects(call('Bearer x'), new RegExp(`could not decide: .*variable ${name} is missing`));
    environment[name] = value ?? '';
  }
  await assert.rejects(call('Bearer x', { issuer: 'http://issuer.example' }), /could not decide: The issuer is "http:\/\/issuer.example"/);
  await assert.rejects(call('Bearer x', { jwksUri: 'http://issuer.example' }), /could not decide: jwksUri is/);
  await assert.rejects(call('Bearer x', { clockSkewSeconds: 61 }), /could not decide: clockSkewSeconds is 61/);
});

test('a secret for HS256 that is missing, short or published is broken; a good one is used', async (context) => {
  const { issuer, call } = await start(context);
  const secret = 'Wm8sT1q0vJ4yN7kR2xH5pL9cD3fG6bA=';
  const token = `Bearer ${await new SignJWT(goodClaims(issuer)).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(Buffer.from(secret))}`;
  for (const wrong of [undefined, '', 'your-256-bit-secret', 'x'.repeat(31), 'a-string-secret-at-least-256-bits-long']) {
    await assert.rejects(
      call(token, { hs256: { secret: wrong } }),
      (error) =>
        error instanceof Error && /secret/.test(error.message) && (wrong === undefined || wrong === '' || !error.message.includes(wrong)),
    );
  }
  assert.equal((await call(token, { hs256: { secret } })).principalId, 'ada');
  await assert.rejects(call(token), { message: 'Unauthorized' });
});

test('a rule that throws, answers nothing or makes an impossible route is broken, even when it throws "Unauthorized"', async (context) => {
  const { issuer, call } = await start(context);
  const token = `Bearer ${await sign({ ...goodClaims(issuer), team: '*' }, issuer.key)}`;
  const rules: readonly AuthorizerOptions['rule'][] = [
    () => {
      throw new Error('Unauthorized');
    },
    () => Promise.reject(new Error('no')),
    () => undefined as never,
    () => ['GET /*'] as never,
    (claims) => [route`GET /teams/${claims['team']}`],
  ];
  for (const rule of rules) await assert.rejects(call(token, { rule }), /^Error: The authorizer could not decide: /);
});

test('an event of another authorizer, or without a method ARN, is broken', async (context) => {
  const { environment } = await start(context);
  const handler = createAuthorizer({ rule: () => [route`* /*`] }, { environment, now: Date.now, log: () => {} });
  await assert.rejects(handler({ type: 'REQUEST', methodArn }), /could not decide: The event is of type "REQUEST"/);
  await assert.rejects(handler({ type: 'TOKEN', methodArn: '*' }), /could not decide: .*methodArn/);
});

test('each decision is one line of JSON that holds no part of the token', async (context) => {
  const { issuer, table, lines, call } = await start(context);
  const token = await sign({ ...goodClaims(issuer), note: 'x\r\ny' }, issuer.key);
  const tokens = [
    token,
    await sign({ ...goodClaims(issuer), sub: 'bob' }, issuer.key),
    token.slice(0, -8),
    await sign(goodClaims(issuer), issuer.key, { kid: 'canary\r\nkid' }),
  ];
  for (const text of tokens) await call(`Bearer ${text}`).catch(() => {});
  table.override = (response) => response.writeHead(400).end('{"__type":"a#AccessDeniedException","Message":"no\\r\\nentry"}');
  await call(`Bearer ${token}`).catch(() => {});
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { decision: string }).decision),
    ['allowed', 'forbidden', 'unauthorized', 'unauthorized', 'broken'],
  );
  for (const line of lines) {
    assert.doesNotMatch(line, /[\r\n]|canary/);
    for (const text of tokens) for (const part of text.split('.')) assert.ok(!line.includes(part.slice(0, 12)), line);
  }
});
