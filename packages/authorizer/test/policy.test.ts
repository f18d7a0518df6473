import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseStageArn } from '../src/authorizer-event.ts';
import { toPolicy } from '../src/policy.ts';
import { route, type Route } from '../src/route.ts';

const api = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234';
const at = { api, stage: 'prod' };
const ada = { subject: 'ada', roles: ['administrator'] };
const everyMethod = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** Whether IAM's wildcards let `arn` through: `*` is any text, slashes included, `?` any one character. */
function admits(patterns: readonly string[], arn: string): boolean {
  return patterns.some((pattern) =>
    new RegExp(
      `^${pattern
        .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      's',
    ).test(arn),
  );
}

function allowed(routes: readonly Route[]): readonly string[] {
  const [statement] = toPolicy(ada, routes, at).policyDocument.Statement;
  return statement.Effect === 'Allow' ? statement.Resource : [];
}

test('the policy lists every route of the caller on the stage that was called, whichever was asked for', () => {
  assert.deepEqual(toPolicy(ada, [route`GET /weather/*`, route`POST /values`], at), {
    principalId: 'ada',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: [`${api}/prod/GET/weather/*`, `${api}/prod/POST/values`] }],
    },
    context: { subject: 'ada', roles: '["administrator"]' },
  });
});

test('a caller without a route is denied the whole API', () => {
  const [statement] = toPolicy(ada, [], at).policyDocument.Statement;
  assert.deepEqual(statement, { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: [`${api}/*`] });
});

test('"* /*" is everything on the stage, the root included', () => {
  for (const method of everyMethod)
    for (const path of ['', 'a', 'a/b']) assert.ok(admits(allowed([route`* /*`]), `${api}/prod/${method}/${path}`));
  assert.ok(!admits(allowed([route`* /*`]), `${api}/other/GET/a`));
});

test('"*" for a method does not reach over slashes', () => {
  const resources = allowed([route`* /weather`]);
  for (const method of everyMethod) assert.ok(admits(resources, `${api}/prod/${method}/weather`));
  assert.ok(!admits(resources, `${api}/prod/GET/admin/weather`));
});

test('a route is refused when it is not a method and a path of plain segments with at most a "*" at the end', () => {
  const texts = [
    '',
    'GET',
    '/a',
    'get /a',
    'FETCH /a',
    'GET a',
    'GET  /a',
    'GET /a b',
    'GET /a/',
    'GET //a',
    'GET /*/a',
    'GET /a*',
    'GET /a?',
    'GET /..',
    'GET /./a',
    'GET /a%2fb',
    'GET /${aws:username}',
    'GET /a;x',
    'GET /a\n',
  ];
  for (const text of texts) assert.throws(() => route(Object.assign([text], { raw: [text] })), TypeError, JSON.stringify(text));
});

test('a value that says more than one plain segment is refused', () => {
  for (const value of [
    '*',
    '?',
    'a*',
    'a/b',
    '..',
    '.',
    '',
    'a b',
    '${aws:userid}',
    'a\n',
    '%2f',
    'ä',
    '{0}',
    undefined,
    1,
    ['a'],
    'x'.repeat(201),
  ]) {
    assert.throws(() => route`GET /users/${value}`, TypeError, JSON.stringify(value));
    assert.throws(() => route`GET /users/${value}/orders`, TypeError, JSON.stringify(value));
  }
  assert.throws(() => route`GET /users/x${'a'}`, TypeError);
  assert.throws(() => route`${'*'} /a`, TypeError);
  assert.equal(route`GET /users/${'auth0:ada@example.org'}/*`.path, '/users/auth0:ada@example.org/*');
});

test('whatever a claim holds, a route with it in the middle admits that segment and nothing else', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('*', '?', 'a', 'ada', '${aws:username}', '../a', 'a/*'),
  );
  fc.assert(
    fc.property(texts, texts, (claim, other) => {
      let resources: readonly string[];
      try {
        resources = allowed([route`GET /users/${claim}/orders`]);
      } catch (error) {
        assert.ok(error instanceof TypeError);
        return;
      }
      assert.equal(admits(resources, `${api}/prod/GET/users/${other}/orders`), other === claim);
    }),
    { numRuns: 500 },
  );
});

test('the policy admits a request exactly when one of the routes does', () => {
  const segment = fc.constantFrom('weather', 'values', 'admin', 'a');
  const path = fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join('/')}`);
  const pattern = fc.tuple(fc.constantFrom('*', ...everyMethod), path, fc.boolean()).map(([method, base, open]) => {
    const text = `${method} ${open ? `${base === '/' ? '' : base}/*` : base}`;
    return route(Object.assign([text], { raw: [text] }));
  });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), fc.constantFrom(...everyMethod), path, (routes, method, called) => {
      const wanted = routes.some(
        (route) =>
          (route.method === '*' || route.method === method) &&
          (route.path.endsWith('/*') ? called.startsWith(route.path.slice(0, -1)) : called === route.path),
      );
      assert.equal(admits(allowed(routes), `${api}/prod/${method}${called}`), wanted);
    }),
    { numRuns: 2_000 },
  );
});

test('roles reach the service as a JSON array in printable ASCII, whatever they are called', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (roles) => {
      const { context } = toPolicy({ subject: 'ada', roles }, [], at);
      assert.match(context.roles, /^[ -~]+$/);
      assert.deepEqual(JSON.parse(context.roles), roles);
    }),
  );
});

test('a route whose ARN is longer than 512 characters is refused', () => {
  const long = 'x'.repeat(150);
  assert.throws(() => toPolicy(ada, [route`GET /${long}/${long}/${long}`], at), RangeError);
  assert.ok(toPolicy(ada, [route`GET /${long}/${long}/a`], at));
});

test('what a rule answers must be made with the tag', () => {
  const forged: unknown = { method: 'GET', path: '/*', toResources: () => ['*'] };
  assert.throws(() => toPolicy(ada, [forged as Route], at), TypeError);
});

test('the stage is read from the ARN of the method, and nothing after it', () => {
  assert.deepEqual(parseStageArn(`${api}/prod/GET/*/../x?y`), at);
  assert.equal(parseStageArn('arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abc/v1/ANY/').stage, 'v1');
  for (const arn of [
    '',
    '*',
    api,
    `${api}/prod`,
    `${api}/*/GET/a`,
    `${api}//GET/a`,
    'arn:aws:execute-api:*:123456789012:abc/prod/GET/',
    'arn:aws:s3:::bucket/prod/GET/',
  ]) {
    assert.throws(() => parseStageArn(arn), /methodArn/, arn);
  }
});
