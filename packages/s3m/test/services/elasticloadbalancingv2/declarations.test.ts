import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../../../src/services/elasticloadbalancingv2/target-group.ts';
import type { Properties, ResourceType } from '../../../src/services/resource-type.ts';

const findings = (type: ResourceType, properties: Properties): string[] =>
  type.check!(properties, {}).map(({ property, kind }) => `${kind} ${property}`);
const group = { TargetType: 'ip', Protocol: 'TCP', Port: 80, VpcId: 'vpc-1' };
const forward = {
  LoadBalancerArn: 'unresolved:Nlb',
  Port: 80,
  Protocol: 'TCP',
  DefaultActions: [{ Type: 'forward', TargetGroupArn: 'unresolved:Group' }],
};

for (const [title, type, properties, expected] of [
  ['a gateway load balancer', loadBalancer, { Type: 'gateway' }, ['unsupported Type']],
  [
    'an attribute of an application load balancer, which is the type by default (NLB-006)',
    loadBalancer,
    { LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '5' }] },
    [],
  ],
  [
    'the same of a network load balancer, which has none',
    loadBalancer,
    { Type: 'network', LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '5' }] },
    ['unsupported LoadBalancerAttributes[0]'],
  ],
  ['a network load balancer', loadBalancer, { Type: 'network' }, []],
  ['a listener that forwards', listener, forward, []],
  ['a TLS listener', listener, { ...forward, Protocol: 'TLS' }, ['unsupported Protocol']],
  ['a port out of range (NLB-001)', listener, { ...forward, Port: 70_000 }, ['invalid Port']],
  [
    'two default actions (NLB-016)',
    listener,
    { ...forward, DefaultActions: [...forward.DefaultActions, ...forward.DefaultActions] },
    ['invalid DefaultActions'],
  ],
  ['a redirect', listener, { ...forward, DefaultActions: [{ Type: 'redirect' }] }, ['invalid DefaultActions[0].Type']],
  ['a group of addresses', targetGroup, group, []],
  ['a group of instances, the default (NLB-004)', targetGroup, { ...group, TargetType: null }, ['unsupported TargetType']],
  ['a TLS group', targetGroup, { ...group, Protocol: 'TLS' }, ['unsupported Protocol']],
  ['HTTPS checks', targetGroup, { ...group, HealthCheckProtocol: 'HTTPS' }, ['unsupported HealthCheckProtocol']],
  ['a matcher for TCP checks (NLB-031)', targetGroup, { ...group, Matcher: { HttpCode: '200' } }, ['invalid Matcher']],
  [
    'codes out of range (NLB-030)',
    targetGroup,
    { ...group, HealthCheckProtocol: 'HTTP', Matcher: { HttpCode: '100-199' } },
    ['invalid Matcher.HttpCode'],
  ],
  [
    'an attribute that is not simulated',
    targetGroup,
    { ...group, TargetGroupAttributes: [{ Key: 'proxy_protocol_v2.enabled', Value: 'true' }] },
    ['unsupported TargetGroupAttributes[0]'],
  ],
] satisfies [string, ResourceType, Properties, string[]][]) {
  test(`${title}: ${expected.join(', ') || 'nothing to say'}`, () => assert.deepEqual(findings(type, properties), expected));
}
