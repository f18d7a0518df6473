import assert from 'node:assert/strict';
import test from 'node:test';
import { VirtualClock } from '../../../../src/clock/virtual-clock.ts';
import { apiKey } from '../../../../src/services/apigateway/api-key.ts';
import { usagePlanKey } from '../../../../src/services/apigateway/usage-plan-key.ts';
import { usagePlan } from '../../../../src/services/apigateway/usage-plan.ts';
import type { Properties, Resource } from '../../../../src/services/resource-type.ts';
import { createContext } from '../../fake-account.ts';
import { addAuthorizer, allow, mock, openGateway, type Gateway, type RawAnswer } from '../gateway-fixture.ts';

const value = 'key-0123456789-canary';
const other = 'key-9876543210-other0';

interface Keyed extends Gateway {
  readonly clock: VirtualClock;
  readonly plan: Resource;
  readonly key: Resource;
  get(path?: string, key?: string | readonly string[]): Promise<RawAnswer>;
  /** Statuses of as many requests at once. */
  burst(count: number, path?: string, key?: string): Promise<Record<number, number>>;
  changePlan(properties: Properties): Promise<void>;
}

async function keyed(plan: Properties = {}, more: { readonly api?: Properties; readonly key?: Properties } = {}): Promise<Keyed> {
  const clock = new VirtualClock();
  const gateway = await openGateway({ clock }, { Name: 'Test', ...more.api });
  await gateway.method('GET', '/pets', { ...mock('$context.identity.apiKeyId'), ApiKeyRequired: true });
  await gateway.method('POST', '/pets', { ...mock(), ApiKeyRequired: true });
  await gateway.method('GET', '/open', mock());
  await gateway.deploy();
  const stages = [{ ApiId: gateway.api.id, Stage: 'prod' }];
  const planResource = await gateway.create(usagePlan, 'Plan', { ApiStages: stages, ...plan });
  const keyResource = await gateway.create(apiKey, 'Key', { Enabled: true, Value: value, ...more.key });
  await gateway.create(usagePlanKey, 'PlanKey', { KeyId: keyResource.ref, KeyType: 'API_KEY', UsagePlanId: planResource.ref });
  const get: Keyed['get'] = (path = '/prod/pets', key = value) => gateway.send(path, { headers: { 'x-api-key': key } });
  return Object.assign(gateway, {
    clock,
    plan: planResource,
    key: keyResource,
    get,
    async burst(count: number, path?: string, key?: string) {
      const statuses: Record<number, number> = {};
      for (let index = 0; index < count; index++) {
        const { status } = await get(path, key);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      return statuses;
    },
    async changePlan(properties: Properties) {
      await planResource.update!(
        createContext(gateway.account, usagePlan, { logicalId: 'Plan', properties: { ApiStages: stages, ...properties } }),
      );
    },
  });
}

test('A method that requires a key answers 403 Forbidden in 23 bytes without one, with a wrong one, with the id of one, and with two (AG-412 to AG-414, AG-902)', async () => {
  await using gateway = await keyed();
  for (const headers of [
    {},
    { 'X-API-Key': '' },
    { 'X-API-Key': other },
    { 'X-API-Key': gateway.key.ref },
    { 'X-API-Key': [value, value] },
  ]) {
    const answer = await gateway.send('/prod/pets', { headers });
    assert.deepEqual(
      [answer.status, answer.body, answer.header('x-amzn-ErrorType')],
      [403, '{"message":"Forbidden"}', 'ForbiddenException'],
    );
    assert.equal(answer.header('Content-Length'), '23');
  }
  const answer = await gateway.send('/prod/pets', { headers: { 'X-aPI-kEY': value } });
  assert.equal(answer.status, 200);
  assert.deepEqual(gateway.trace(answer).apiKey, { id: gateway.key.ref, usagePlan: gateway.plan.ref });
});

test('A method that requires none takes any (AG-416)', async () => {
  await using gateway = await keyed({ Quota: { Limit: 1, Period: 'DAY' } });
  assert.deepEqual(await gateway.burst(3, '/prod/open', 'anything'), { 200: 3 });
  assert.deepEqual(await gateway.burst(2), { 200: 1, 429: 1 });
});

test('A disabled key is 403, and a key without Enabled is disabled (AG-413, AG-532)', async () => {
  for (const key of [{ Enabled: false }, { Enabled: null }] as unknown as Properties[]) {
    await using gateway = await keyed({}, { key });
    const answer = await gateway.get();
    assert.equal(answer.status, 403);
    assert.match(gateway.trace(answer).decision!.why, /is disabled$/);
  }
});

test('A key counts only where a usage plan of its own is for the stage; changes act at once (AG-413, AG-426)', async () => {
  await using gateway = await keyed();
  const { ref } = await gateway.create(apiKey, 'Other', { Enabled: true, Value: other });
  assert.equal((await gateway.get('/prod/pets', other)).status, 403);
  const given = await gateway.create(usagePlanKey, 'OtherKey', { KeyId: ref, KeyType: 'API_KEY', UsagePlanId: gateway.plan.ref });
  assert.equal(given.ref, `${ref}:${gateway.plan.ref}`);
  assert.equal((await gateway.get('/prod/pets', other)).status, 200);
  await gateway.changePlan({ ApiStages: [] });
  assert.equal((await gateway.get('/prod/pets', other)).status, 403);
  await gateway.changePlan({});
  await given.delete();
  assert.equal((await gateway.get('/prod/pets', other)).status, 403);
  assert.equal((await gateway.get()).status, 200);
});

test('A plan throttles each of its keys by itself: 429 without Retry-After (AG-418, AG-420, AG-422, AG-423)', async () => {
  await using gateway = await keyed({ Throttle: { RateLimit: 5, BurstLimit: 10 } });
  assert.deepEqual(await gateway.burst(12), { 200: 10, 429: 2 });
  const answer = await gateway.get();
  assert.deepEqual(
    [answer.status, answer.body, answer.header('x-amzn-ErrorType'), answer.header('Retry-After')],
    [429, '{"message":"Too Many Requests"}', 'TooManyRequestsException', undefined],
  );
  const resourceId = await gateway.path('/pets');
  assert.ok(
    gateway
      .trace(answer)
      .logs.includes(
        `API Key ***...canary exceeded throttle limit for API Stage ${gateway.api.id}/prod: Key throttle limit exceeded for Usage Plan ID ${gateway.plan.ref}, RestApi ${gateway.api.id}, Stage prod, Resource ${resourceId}, HttpMethod GET. Limit: 5.00 Burst: 10`,
      ),
  );
  assert.doesNotMatch(JSON.stringify(gateway.trace(answer)), /key-0123456789/);
  const { ref } = await gateway.create(apiKey, 'Other', { Enabled: true, Value: other });
  await gateway.create(usagePlanKey, 'OtherKey', { KeyId: ref, KeyType: 'API_KEY', UsagePlanId: gateway.plan.ref });
  assert.deepEqual(await gateway.burst(11, '/prod/pets', other), { 200: 10, 429: 1 });
  await gateway.clock.advance(199);
  assert.equal((await gateway.get()).status, 429);
  await gateway.clock.advance(1);
  assert.deepEqual(await gateway.burst(2), { 200: 1, 429: 1 });
});

test('A limit for one method of a stage stands in for that of the plan (AG-419, AG-533)', async () => {
  await using gateway = await keyed();
  const ApiStages = [{ ApiId: gateway.api.id, Stage: 'prod', Throttle: { '/pets/GET': { RateLimit: 1, BurstLimit: 2 } } }];
  await gateway.changePlan({ ApiStages, Throttle: { RateLimit: 1, BurstLimit: 1 } });
  assert.deepEqual(await gateway.burst(3), { 200: 2, 429: 1 });
  assert.equal((await gateway.send('/prod/pets', { method: 'POST', headers: { 'x-api-key': value } })).status, 200);
});

test('A used-up quota is 429 Limit Exceeded until the next period, and what is throttled uses none of it (AG-421, AG-424, AG-425, AG-921)', async () => {
  await using gateway = await keyed({ Quota: { Limit: 3, Period: 'DAY' }, Throttle: { RateLimit: 1, BurstLimit: 2 } });
  assert.deepEqual(await gateway.burst(5), { 200: 2, 429: 3 });
  await gateway.clock.advance(2000);
  assert.equal((await gateway.get()).status, 200);
  const answer = await gateway.get();
  assert.deepEqual(
    [answer.status, answer.body, answer.header('x-amzn-ErrorType')],
    [429, '{"message":"Limit Exceeded"}', 'LimitExceededException'],
  );
  assert.ok(
    gateway
      .trace(answer)
      .logs.includes(
        `API Key ***...canary exceeded quota limit for API Stage ${gateway.api.id}/prod: Key quota exhausted for Usage Plan ID ${gateway.plan.ref}. Quota Limit: 3 Period: DAY`,
      ),
  );
  await gateway.changePlan({ Quota: { Limit: 4, Period: 'DAY' } });
  assert.deepEqual(await gateway.burst(2), { 200: 1, 429: 1 });
  // The clock begins at 22:13:20.
  await gateway.clock.advance(2 * 3600_000);
  assert.equal((await gateway.get()).status, 200);
});

test('No token and no key is 401; a token without a key 403; the authorizer is asked first (AG-066, AG-907)', async () => {
  await using gateway = await keyed();
  const { guard } = await addAuthorizer(gateway);
  await gateway.method('GET', '/guarded', { ...mock(), ...guard, ApiKeyRequired: true });
  await gateway.deploy();
  const ask = async (headers: Record<string, string>): Promise<number> => (await gateway.send('/prod/guarded', { headers })).status;
  assert.equal(await ask({}), 401);
  assert.equal(await ask({ 'x-api-key': value }), 401);
  assert.equal(await ask({ Authorization: 'x' }), 403);
  assert.equal(await ask({ Authorization: 'x', 'x-api-key': value }), 200);
});

test('With AUTHORIZER as source the key is what the authorizer returns, also from its cache, and never a header (AG-148, AG-412)', async () => {
  await using gateway = await keyed({}, { api: { ApiKeySourceType: 'AUTHORIZER' } });
  const { lambda, guard } = await addAuthorizer(gateway);
  lambda.handler = ({ authorizationToken, methodArn }) => ({
    ...(allow(methodArn) as object),
    ...(authorizationToken === 'none' ? {} : { usageIdentifierKey: authorizationToken }),
  });
  await gateway.method('GET', '/guarded', { ...mock(), ...guard, ApiKeyRequired: true });
  await gateway.deploy();
  const ask = async (token: string): Promise<number> =>
    (await gateway.send('/prod/guarded', { headers: { Authorization: token, 'x-api-key': value } })).status;
  assert.deepEqual([await ask(value), await ask(value), await ask(other), await ask('none')], [200, 200, 403, 403]);
  lambda.handler = ({ methodArn }) => ({ ...(allow(methodArn) as object), usageIdentifierKey: value });
  const masked = await gateway.send('/prod/guarded', { headers: { Authorization: 'another' } });
  assert.equal(masked.status, 200);
  assert.doesNotMatch(JSON.stringify(gateway.trace(masked)), /canary/);
  assert.equal(lambda.events.length, 4);
  assert.equal((await gateway.get()).status, 403);
});

test('Keys, plans and their ties are refused as by AWS when they are wrong (AG-415, AG-417)', async () => {
  await using gateway = await keyed();
  const check = (Value: string): string[] => apiKey.check!({ Value }, {}).map(({ message }) => message);
  assert.deepEqual(check('x'.repeat(19)), ['API Key value should be at least 20 characters']);
  assert.deepEqual(check('x'.repeat(129)), ['API Key value exceeds maximum size of 128 characters']);
  assert.deepEqual([check('x'.repeat(20)), check('x'.repeat(128))], [[], []]);
  await assert.rejects(gateway.create(apiKey, 'Twin', { Value: value }), { message: 'API Key already exists' });
  await assert.rejects(gateway.create(usagePlan, 'Lost', { ApiStages: [{ ApiId: gateway.api.id, Stage: 'nosuch' }] }), {
    message: `API Stage not found: ${gateway.api.id}:nosuch`,
  });
  const second = await gateway.create(usagePlan, 'Second', { ApiStages: [{ ApiId: gateway.api.id, Stage: 'prod' }] });
  await assert.rejects(
    gateway.create(usagePlanKey, 'Again', { KeyId: gateway.key.ref, KeyType: 'API_KEY', UsagePlanId: second.ref }),
    /has a usage plan for stage prod/,
  );
  const plan = (properties: Properties): string[] => usagePlan.check!(properties, {}).map(({ property }) => property);
  assert.deepEqual(plan({ Quota: { Limit: 1, Period: 'DAY', Offset: 1 } }), ['Quota.Offset']);
  assert.deepEqual(plan({ Quota: { Limit: 1, Period: 'WEEK', Offset: 6 } }), []);
  assert.deepEqual(plan({ Quota: { Limit: 1, Period: 'YEAR' } }), ['Quota.Period']);
  assert.deepEqual(plan({ ApiStages: [{ Throttle: { pets: { RateLimit: 1 } } }] }), ['ApiStages[0].Throttle.pets']);
});
