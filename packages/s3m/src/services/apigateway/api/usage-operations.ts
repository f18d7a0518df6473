import { listOf } from '../../known-value.ts';
import { madeResources, type MadeResource } from '../../made-resources.ts';
import { physicalName } from '../../physical-name.ts';
import { asFlag, asForm, asMap, asNumber, asTags, asText, printProperties, type Form, type Print } from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { usageRegisterOf } from '../usage/usage-register.ts';
import { notFound, one } from '../../rest-answers.ts';
import { page, seconds } from './named-in-call.ts';

const throttleForm: Form = { burstLimit: ['BurstLimit', asNumber], rateLimit: ['RateLimit', asNumber] };

const asStages: Print = (value) =>
  listOf(value).map((stage) =>
    printProperties({ apiId: ['ApiId', asText], stage: ['Stage', asText], throttle: ['Throttle', asMap(asForm(throttleForm))] }, stage),
  );

const planForm: Form = {
  description: ['Description', asText],
  apiStages: ['ApiStages', asStages, []],
  throttle: ['Throttle', asForm(throttleForm)],
  quota: ['Quota', asForm({ limit: ['Limit', asNumber], offset: ['Offset', asNumber, 0], period: ['Period', asText] })],
  tags: ['Tags', asTags],
};

export function getUsagePlans(call: RestCall): RestAnswer {
  const keyId = call.query.get('keyId');
  const plans = plansOf(call).filter(({ ref }) => keyId === null || planKeys(call, ref).some((key) => key === keyId));
  return page(plans.map(printPlan), call);
}

export function getUsagePlan(call: RestCall): RestAnswer {
  return { status: 200, body: printPlan(planOf(call)) };
}

function plansOf({ account }: RestCall): readonly MadeResource[] {
  return madeResources(account.directory, 'AWS::ApiGateway::UsagePlan');
}

function planOf(call: RestCall): MadeResource {
  const plan = plansOf(call).find(({ ref }) => ref === call.path['usageplanId']);
  if (plan === undefined) throw notFound('Invalid Usage Plan ID specified');
  return plan;
}

function printPlan({ ref, name, properties }: MadeResource): object {
  return { id: ref, name: properties['UsagePlanName'] ?? physicalName(name), ...printProperties(planForm, properties) };
}

/** Ids of a plan's keys. */
function planKeys({ account }: RestCall, planId: string): readonly string[] {
  return madeResources(account.directory, 'AWS::ApiGateway::UsagePlanKey')
    .filter(({ properties }) => properties['UsagePlanId'] === planId)
    .map(({ properties }) => String(properties['KeyId']));
}

export function getUsagePlanKeys(call: RestCall): RestAnswer {
  const ids = planKeys(call, planOf(call).ref);
  return page(
    keysOf(call)
      .filter(({ ref }) => ids.includes(ref))
      .map((key) => printPlanKey(call, key)),
    call,
  );
}

export function getUsagePlanKey(call: RestCall): RestAnswer {
  const ids = planKeys(call, planOf(call).ref);
  const key = keysOf(call).find(({ ref }) => ref === call.path['keyId'] && ids.includes(ref));
  return one(key && printPlanKey(call, key), 'Invalid Usage Plan Key identifier specified');
}

function printPlanKey(call: RestCall, key: MadeResource): object {
  return { id: key.ref, type: 'API_KEY', value: valueOf(call, key), name: nameOf(key) };
}

const keyForm: Form = {
  customerId: ['CustomerId', asText],
  description: ['Description', asText],
  enabled: ['Enabled', asFlag, false],
  tags: ['Tags', asTags],
};

export function getApiKeys(call: RestCall): RestAnswer {
  const { query } = call;
  const name = query.get('name');
  const customer = query.get('customerId');
  const keys = keysOf(call).filter(
    (key) => (name === null || nameOf(key).startsWith(name)) && (customer === null || key.properties['CustomerId'] === customer),
  );
  return page(
    keys.map((key) => printKey(call, key, query.get('includeValues') === 'true')),
    call,
  );
}

export function getApiKey(call: RestCall): RestAnswer {
  const key = keysOf(call).find(({ ref }) => ref === call.path['api_Key']);
  return one(key && printKey(call, key, call.query.get('includeValue') === 'true'), 'Invalid API Key identifier specified');
}

function keysOf({ account }: RestCall): readonly MadeResource[] {
  return madeResources(account.directory, 'AWS::ApiGateway::ApiKey');
}

/** A key's value only for those who ask for it. */
function printKey(call: RestCall, key: MadeResource, withValue: boolean): object {
  const { ref, properties, madeAt, changedAt } = key;
  return {
    id: ref,
    ...(withValue ? { value: valueOf(call, key) } : {}),
    name: nameOf(key),
    ...printProperties(keyForm, properties),
    createdDate: seconds(madeAt),
    lastUpdatedDate: seconds(changedAt),
    stageKeys: stagesOf(call, ref),
  };
}

/** `API/STAGE` of the plans that a key has. */
function stagesOf(call: RestCall, keyId: string): string[] {
  return plansOf(call)
    .filter(({ ref }) => planKeys(call, ref).includes(keyId))
    .flatMap(({ properties }) => listOf(properties['ApiStages']).map(({ ApiId, Stage }) => `${String(ApiId)}/${String(Stage)}`));
}

function valueOf({ account }: RestCall, { ref }: MadeResource): string | undefined {
  return usageRegisterOf(account.directory).valueOf(ref);
}

function nameOf({ name, properties }: MadeResource): string {
  return typeof properties['Name'] === 'string' ? properties['Name'] : physicalName(name);
}
