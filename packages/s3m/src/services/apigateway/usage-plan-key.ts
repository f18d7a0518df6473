import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { usageRegisterOf } from './usage/usage-register.ts';

/** Gives an API key a usage plan (AG-533). */
export const usagePlanKey: ResourceType = {
  type: 'AWS::ApiGateway::UsagePlanKey',
  scope: 'simulated',
  properties: { KeyId: 'simulated', KeyType: 'simulated', UsagePlanId: 'simulated' },
  required: ['KeyId', 'KeyType', 'UsagePlanId'],
  attributes: ['Id'],
  replacedBy: ['*'],
  create,
};

async function create({ properties, account }: ResourceContext): Promise<Resource> {
  const reader = new PropertyReader(properties);
  const register = usageRegisterOf(account.directory);
  reader.oneOf('KeyType', ['API_KEY']);
  const keyId = reader.string('KeyId');
  const planId = reader.string('UsagePlanId');
  if (!register.hasKey(keyId)) throw new ResourceFailure('Invalid API Key identifier specified', { property: 'KeyId' });
  const plan = register.findPlan(planId);
  if (plan === undefined) throw new ResourceFailure('Invalid Usage Plan ID specified', { property: 'UsagePlanId' });
  // AG-417
  const taken = plan.definition.stages.find(({ apiId, stage }) => register.planOf(keyId, apiId, stage) !== undefined);
  if (taken !== undefined) {
    throw new ResourceFailure(`API key ${keyId} has a usage plan for stage ${taken.stage} of API ${taken.apiId} already`, {
      property: 'KeyId',
      fix: 'Give the key one usage plan for each stage.',
    });
  }
  const takeAway = register.givePlan(keyId, plan);
  const id = `${keyId}:${planId}`;
  return { ref: id, attributes: { Id: id }, delete: () => Promise.resolve(takeAway()) };
}
