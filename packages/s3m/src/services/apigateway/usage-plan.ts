import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { findApi } from './live-api.ts';
import { checkUsagePlan, parseUsagePlan } from './usage/usage-plan-definition.ts';
import { usageRegisterOf } from './usage/usage-register.ts';

/** How much the holders of API keys may use of which stages (AG-533). Acts at once, without a deployment (AG-426). */
export const usagePlan: ResourceType = {
  type: 'AWS::ApiGateway::UsagePlan',
  scope: 'simulated',
  properties: {
    'ApiStages.ApiId': 'simulated',
    'ApiStages.Stage': 'simulated',
    'ApiStages.Throttle': 'simulated',
    Throttle: 'simulated',
    Quota: 'simulated',
    UsagePlanName: { inert: 'a name for people' },
    Description: { inert: 'text for people' },
    Tags: { inert: 'tags have no effect' },
  },
  attributes: ['Id'],
  replacedBy: [],
  check: checkUsagePlan,
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const { directory } = context.account;
  const register = usageRegisterOf(directory);
  const id = context.physicalId(6, 'base36');
  const plan = register.addPlan(id);
  const change = ({ properties }: Pick<ResourceContext, 'properties'>): void => {
    const definition = parseUsagePlan(properties);
    const missing = definition.stages.find(({ apiId, stage }) => findApi(directory, apiId)?.hasStage(stage) !== true);
    if (missing !== undefined) {
      throw new ResourceFailure(`API Stage not found: ${missing.apiId}:${missing.stage}`, {
        property: 'ApiStages',
        fix: 'Let the usage plan depend on the stage: Ref to it, or DependsOn.',
      });
    }
    plan.change(definition);
  };
  try {
    change(context);
  } catch (error) {
    register.removePlan(id);
    throw error;
  }
  const resource: Resource = {
    ref: id,
    attributes: { Id: id },
    update: async (next) => {
      change(next);
      return resource;
    },
    delete: () => Promise.resolve(register.removePlan(id)),
  };
  return resource;
}
