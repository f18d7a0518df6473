import assert from 'node:assert/strict';
import test from 'node:test';
import { traceListText, traceText } from '../../src/cli/trace-text.ts';
import type { Trace } from '../../src/trace/trace.ts';

const plain = (_: unknown, text: string): string => text;

const allowed: Trace = {
  id: '1f0c6a2e-6c0f-4a57-9d0e-0a1b2c3d4e5f',
  time: Date.UTC(2026, 10, 25, 14, 2, 11, 123),
  api: 'abc123',
  stage: 'prod',
  method: 'GET',
  path: '/weather/7',
  source: '127.0.0.1',
  resource: '/weather/{proxy+}',
  match: 'ANY',
  authorizer: {
    name: 'Auth',
    identity: 'Bearer (sha256 1a2b3c4d5e6f)',
    cache: 'miss',
    durationMs: 8.123,
    event: { type: 'TOKEN', authorizationToken: 'Bearer (sha256 1a2b3c4d5e6f)' },
    result: { principalId: 'ana', context: { role: 'reader' }, policyDocument: { Version: '2012-10-17', Statement: [{}] } },
    policyStatement: { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: ['arn:a', 'arn:b'] },
  },
  integration: {
    type: 'HTTP_PROXY',
    link: 'link01',
    loadBalancer: 'Nlb',
    listener: '80',
    targetGroup: 'Weather',
    target: '10.0.2.17:8080',
    network: [{ from: 'NLB node', to: 'task', port: 8080, allowed: true, rule: 'ingress tcp 8080' }],
    request: { added: ['Host', 'X-Forwarded-For'], removed: ['Connection'] },
    response: { added: ['x-amzn-RequestId'], renamed: ['Server'], removed: [] },
  },
  decision: { status: 200, why: 'The integration answered' },
  timings: { authorizer: 8.123, integration: 3.5, total: 12.4 },
  logs: ['Starting authorizer: a1b2c3\n'],
};

test('A trace reads from top to bottom as the request went', () => {
  assert.equal(
    traceText(allowed, plain),
    `200 GET /prod/weather/7  12 ms

request      1f0c6a2e-6c0f-4a57-9d0e-0a1b2c3d4e5f  2026-11-25T14:02:11.123Z  from 127.0.0.1
matched      ANY /weather/{proxy+} in stage prod of API abc123
authorizer   Auth: was asked, 8.12 ms; nothing was kept for this identity
  identity   Bearer (sha256 1a2b3c4d5e6f)
  event      {"type":"TOKEN","authorizationToken":"Bearer (sha256 1a2b3c4d5e6f)"}
  returned   {"principalId":"ana","context":{"role":"reader"}} and a policy of 1 statement
  decided by Allow execute-api:Invoke on arn:a, arn:b
integration  HTTP_PROXY → VPC link link01 → Nlb, listener 80 → Weather → 10.0.2.17:8080
  network    NLB node → task, port 8080: allowed, ingress tcp 8080
  to backend added Host, X-Forwarded-For
             removed Connection
  to client  added x-amzn-RequestId
             renamed Server
answer       200 The integration answered
timings      authorizer 8.12 ms, integration 3.50 ms, total 12 ms
log          Starting authorizer: a1b2c3
`,
  );
});

test('What denied, and which statement nearly matched, is told', () => {
  const { integration: _, ...rest } = allowed;
  const text = traceText(
    {
      ...rest,
      authorizer: { name: 'Auth', identity: 'Bearer (sha256 1a)', cache: 'hit', nearMiss: 'Statement 0 allows POST, not GET' },
      resourcePolicy: { decision: 'explicit-deny', policyStatement: { Effect: 'Deny', Principal: '*', Action: '*', Resource: 'arn:a' } },
      decision: { status: 403, type: 'ACCESS_DENIED', why: 'No statement allows it' },
    },
    plain,
  );
  assert.match(text, /^403 GET/);
  assert.match(text, /^authorizer {3}Auth: its kept result was used$/m);
  assert.match(text, /^ {2}near miss {2}Statement 0 allows POST, not GET$/m);
  assert.match(text, /^API policy {3}explicit-deny$/m);
  assert.match(text, /^ {2}decided by Deny \* on arn:a \{"Principal":"\*"\}$/m);
  assert.match(text, /^answer {7}403 ACCESS_DENIED: No statement allows it$/m);
});

test('A request that matched nothing says so', () => {
  const { resource: _, match: __, authorizer: ___, integration: ____, ...rest } = allowed;
  const text = traceText({ ...rest, decision: { status: 403, type: 'DEFAULT_4XX', why: 'The API has no stage "prod"' } }, plain);
  assert.match(text, /^matched {6}nothing in stage "prod" of API abc123$/m);
  assert.doesNotMatch(text, /authorizer {3}/);
});

test('A list has one request a line, with why it was refused', () => {
  const refused: Trace = {
    ...allowed,
    id: '2'.repeat(36),
    path: '/',
    stage: '$default',
    decision: { status: 401, type: 'UNAUTHORIZED', why: '' },
    timings: { total: 1 },
  };
  assert.equal(
    traceListText([refused, allowed], plain),
    `14:02:11.123Z ${'2'.repeat(36)}  401 GET       1.00 ms  /  UNAUTHORIZED
14:02:11.123Z 1f0c6a2e-6c0f-4a57-9d0e-0a1b2c3d4e5f  200 GET         12 ms  /prod/weather/7
`,
  );
});

test('What verifies tokens itself, and what goes by signatures, is not said to be asked', () => {
  const line = (authorizer: NonNullable<Trace['authorizer']>): string =>
    traceText({ ...allowed, authorizer }, plain)
      .split('\n')
      .filter((text) => /^(?:authorizer| {2}(?:identity|access key))/.test(text))
      .join(' | ');
  const jwt = { kind: 'jwt', name: 'Users', identity: 'Bearer (sha256 1a)' } as const;
  const result = { claims: { sub: 'ann' } };
  const identity = '  identity   Bearer (sha256 1a)';
  assert.equal(line({ ...jwt, cache: 'miss', durationMs: 2, result }), `authorizer   Users: the JWT was verified, 2.00 ms | ${identity}`);
  assert.equal(
    line({ ...jwt, cache: 'hit', durationMs: 0.1, result }),
    `authorizer   Users: the JWT had been verified before and is still valid | ${identity}`,
  );
  assert.equal(line({ ...jwt, cache: 'none', durationMs: 2 }), `authorizer   Users: the JWT was not accepted | ${identity}`);
  assert.equal(line({ ...jwt, identity: '', cache: 'none' }), 'authorizer   Users: there was no token to verify |   identity   none');
  assert.equal(
    line({ ...jwt, kind: 'user-pool', cache: 'none', result }),
    `authorizer   Users: the user pool's token was verified | ${identity}`,
  );
  assert.equal(
    line({ kind: 'iam', name: 'AWS_IAM', identity: 'AKIA', cache: 'none' }),
    'authorizer   AWS_IAM: signature and policies of the caller |   access key AKIA',
  );
});
