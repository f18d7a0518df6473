import type { Account } from '../account.ts';
import { isUnresolved, listOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { parseAction } from './application/action.ts';
import { ApplicationBalancer } from './application/application-balancer.ts';
import { ApplicationListener, type ListenerRule } from './application/application-listener.ts';
import { actionProperties, checkActions } from './application/check-actions.ts';
import { conditionFields, parseCondition } from './application/rule-condition.ts';
import { checkVpc } from './check-vpc.ts';
import { findListener } from './find-listener.ts';

/** `AWS::ElasticLoadBalancingV2::ListenerRule`: what becomes of the requests that meet its conditions. */
export const listenerRule: ResourceType = {
  type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  scope: 'simulated',
  properties: {
    ListenerArn: 'simulated',
    Priority: 'simulated',
    'Conditions.Field': 'simulated',
    'Conditions.Values': 'simulated',
    'Conditions.HostHeaderConfig.Values': 'simulated',
    'Conditions.HttpHeaderConfig.HttpHeaderName': 'simulated',
    'Conditions.HttpHeaderConfig.Values': 'simulated',
    'Conditions.HttpRequestMethodConfig.Values': 'simulated',
    'Conditions.PathPatternConfig.Values': 'simulated',
    'Conditions.QueryStringConfig.Values': 'simulated',
    'Conditions.SourceIpConfig.Values': 'simulated',
    ...actionProperties('Actions'),
  },
  required: ['Actions', 'Conditions', 'Priority'],
  attributes: ['RuleArn', 'IsDefault'],
  replacedBy: ['ListenerArn'],
  check,
  create: async (context) => create(context),
};

function check({ Priority: priority, Conditions: conditions, Actions: actions }: Properties): readonly Finding[] {
  const findings: Finding[] = [...checkActions(listOf(actions), 'Actions')];
  const number = Number(priority);
  if (!isUnresolved(priority) && (!Number.isInteger(number) || number < 1 || number > 50_000)) {
    findings.push({
      property: 'Priority',
      kind: 'invalid',
      message: `Rule priority must be in the range 1-50000, not ${JSON.stringify(priority)}`,
    });
  }
  for (const [index, { Field: field }] of listOf(conditions).entries()) {
    if (isUnresolved(field) || conditionFields.includes(String(field))) continue;
    findings.push({
      property: `Conditions[${index}].Field`,
      kind: 'invalid',
      message: `Condition field ${JSON.stringify(field)} must be one of '[${conditionFields.join(', ')}]'`,
    });
  }
  return findings;
}

function create(context: ResourceContext): Resource {
  const read = new PropertyReader(context.properties);
  const listenerArn = read.string('ListenerArn');
  const { balancer, listener } = findApplicationListener(context.account, listenerArn);
  const parse = (reader: PropertyReader): ListenerRule => {
    const rule = parseRule(arn, reader);
    checkVpc(context.account, balancer, rule.action, 'Actions');
    return rule;
  };
  const arn = `${listenerArn.replace(':listener/', ':listener-rule/')}/${context.physicalId(16)}`;
  let remove = listener.addRule(parse(read));
  const resource: Resource = {
    ref: arn,
    attributes: { RuleArn: arn, IsDefault: false },
    update: async ({ properties }) => {
      const rule = parse(new PropertyReader(properties));
      remove();
      remove = listener.addRule(rule);
      return resource;
    },
    delete: async () => remove(),
  };
  return resource;
}

function parseRule(arn: string, read: PropertyReader): ListenerRule {
  return {
    arn,
    priority: read.integer('Priority'),
    conditions: read.objects('Conditions').map(parseCondition),
    action: parseAction(read.objects('Actions'), 'Actions'),
  };
}

/** Rules are for application load balancers. @throws ResourceFailure */
function findApplicationListener(
  account: Account,
  arn: string,
): { readonly balancer: ApplicationBalancer; readonly listener: ApplicationListener } {
  const { balancer, listener } = findListener(account, arn);
  if (balancer instanceof ApplicationBalancer && listener instanceof ApplicationListener) return { balancer, listener };
  throw new ResourceFailure(`Rules cannot be created for ${listener.protocol} listeners`, {
    property: 'ListenerArn',
    fix: 'Name a listener of an application load balancer.',
  });
}
