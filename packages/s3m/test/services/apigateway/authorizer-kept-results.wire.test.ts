import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { allow } from './gateway-fixture.ts';
import { get, guarded } from './guarded-gateway.ts';

test('What is kept is a policy, not a decision: one for the first path alone denies the second with the same token (AG-109, AG-112)', async () => {
  await using gateway = await guarded();
  assert.equal((await get(gateway, '/prod/weather')).status, 200);
  const second = await get(gateway, '/prod/values');
  assert.equal(second.status, 403);
  assert.equal((await get(gateway, '/prod/weather')).status, 200);
  assert.equal(gateway.lambda.events.length, 1);
  assert.equal(gateway.trace(second).authorizer!.cache, 'hit');
});

test('A result is kept for 300 seconds from when it came, however often it is used (AG-108, AG-118); denials too (AG-116)', async () => {
  const clock = new VirtualClock();
  await using gateway = await guarded({}, clock);
  gateway.lambda.handler = ({ methodArn, authorizationToken }) => allow(methodArn, {}, authorizationToken === 'no' ? 'Deny' : 'Allow');
  for (const value of ['yes', 'no', 'yes', 'no']) await get(gateway, '/prod/weather', value);
  assert.equal(gateway.lambda.events.length, 2);
  await clock.advance(299_999);
  await get(gateway, '/prod/weather', 'yes');
  assert.equal(gateway.lambda.events.length, 2);
  await clock.advance(1);
  await get(gateway, '/prod/weather', 'yes');
  assert.equal(gateway.lambda.events.length, 3);
});

test('A lifetime of 0 turns the cache off (AG-108)', async () => {
  await using gateway = await guarded({ AuthorizerResultTtlInSeconds: 0 });
  const first = await get(gateway);
  await get(gateway);
  assert.equal(gateway.lambda.events.length, 2);
  assert.equal(gateway.trace(first).authorizer!.cache, 'none');
});

test('A flush empties the cache of its stage and says how much there was; what was asked before it is not kept after it (AG-114)', async () => {
  await using gateway = await guarded();
  await get(gateway, '/prod/weather', 'a');
  await get(gateway, '/prod/weather', 'b');
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  gateway.lambda.handler = async ({ methodArn }) => {
    ask();
    await released;
    return allow(methodArn);
  };
  const slow = get(gateway, '/prod/weather', 'c');
  await asked;
  assert.equal(gateway.api.flushAuthorizers('prod'), 2);
  release();
  assert.equal((await slow).status, 200);
  assert.equal(gateway.api.flushAuthorizers('prod'), 0);
  assert.equal(gateway.api.flushAuthorizers('nosuch'), 0);
  await get(gateway, '/prod/weather', 'a');
  assert.equal(gateway.lambda.events.length, 4);
});

test('Requests that find nothing kept each ask for themselves, with their own ARN (AG-119)', async () => {
  await using gateway = await guarded();
  const { promise: both, resolve } = Promise.withResolvers<void>();
  gateway.lambda.handler = async ({ methodArn }) => {
    if (gateway.lambda.events.length === 2) resolve();
    await both;
    return allow(methodArn);
  };
  const answers = await Promise.all([get(gateway, '/prod/weather'), get(gateway, '/prod/values')]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(gateway.lambda.events.length, 2);
});

test('A kept policy with a variable in its Resource is filled in for each request anew (AG-112, IAM-022)', async () => {
  await using gateway = await guarded();
  gateway.lambda.handler = ({ methodArn }) => allow(methodArn.replace(/weather$/, '${aws:UserAgent}'));
  const as = (agent: string): Promise<{ readonly status: number }> =>
    gateway.send('/prod/weather', { headers: { Authorization: 'same', 'User-Agent': agent } });
  const statuses = [(await as('weather')).status, (await as('values')).status, (await as('weather')).status];
  assert.deepEqual(statuses, [200, 403, 200]);
  assert.equal(gateway.lambda.events.length, 1);
});
