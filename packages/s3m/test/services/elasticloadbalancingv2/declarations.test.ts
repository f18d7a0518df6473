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
  ['a TLS listener', listener, { ...forward, Protocol: 'TLS', Certificates: [{ CertificateArn: 'unresolved:C' }] }, []],
  ['a TLS listener without a certificate (NLB-012)', listener, { ...forward, Protocol: 'TLS' }, ['invalid Certificates']],
  [
    'policies that there are not',
    listener,
    { ...forward, Protocol: 'TLS', Certificates: [{ CertificateArn: 'a' }], SslPolicy: 'none', AlpnPolicy: ['h3'] },
    ['invalid SslPolicy', 'invalid AlpnPolicy'],
  ],
  [
    'a policy whose name only looks like one',
    listener,
    { ...forward, Protocol: 'TLS', Certificates: [{ CertificateArn: 'a' }], SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2022-06' },
    ['invalid SslPolicy'],
  ],
  ['a port out of range (NLB-001)', listener, { ...forward, Port: 70_000 }, ['invalid Port']],
  [
    'two default actions (NLB-016)',
    listener,
    { ...forward, DefaultActions: [...forward.DefaultActions, ...forward.DefaultActions] },
    ['invalid DefaultActions'],
  ],
  ['a redirect', listener, { ...forward, DefaultActions: [{ Type: 'redirect' }] }, ['invalid DefaultActions[0].Type']],
  ['a group of addresses', targetGroup, group, []],
  ['a group of instances, the default (NLB-004)', targetGroup, { Protocol: 'TCP', Port: 80, VpcId: 'vpc-1' }, []],
  ['a group of functions', targetGroup, { TargetType: 'lambda', Targets: [{ Id: 'arn:aws:lambda:x' }] }, []],
  [
    'a group of functions with a port, two of them, and checks',
    targetGroup,
    { TargetType: 'lambda', Port: 80, Targets: [{ Id: 'a' }, { Id: 'b' }], HealthCheckEnabled: true },
    ['invalid Port', 'invalid Targets', 'unsupported HealthCheckEnabled'],
  ],
  ['a group of addresses without checks', targetGroup, { ...group, HealthCheckEnabled: false }, ['invalid HealthCheckEnabled']],
  ['a group of addresses without a port', targetGroup, { TargetType: 'ip', Protocol: 'TCP', VpcId: 'vpc-1' }, ['invalid Port']],
  ['a TLS group (NLB-002)', targetGroup, { ...group, Protocol: 'TLS' }, []],
  ['HTTPS checks (NLB-003)', targetGroup, { ...group, HealthCheckProtocol: 'HTTPS' }, []],
  ['TLS checks (NLB-003)', targetGroup, { ...group, HealthCheckProtocol: 'TLS' }, ['invalid HealthCheckProtocol']],
  ['a group of an application load balancer', targetGroup, { ...group, TargetType: 'alb' }, []],
  [
    'TCP checks of one (NLB-003)',
    targetGroup,
    { ...group, TargetType: 'alb', HealthCheckProtocol: 'TCP' },
    ['invalid HealthCheckProtocol'],
  ],
  [
    'an attribute of one that stands fast (NLB-046)',
    targetGroup,
    { ...group, TargetType: 'alb', TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }] },
    ['invalid TargetGroupAttributes[0]'],
  ],
  [
    'a group of two of them (NLB-004)',
    targetGroup,
    { ...group, TargetType: 'alb', Targets: [{ Id: 'a' }, { Id: 'b' }] },
    ['invalid Targets'],
  ],
  ['a UDP listener', listener, { ...forward, Protocol: 'UDP' }, ['unsupported Protocol']],
  ['a UDP group', targetGroup, { ...group, Protocol: 'TCP_UDP' }, ['unsupported Protocol']],
  [
    'an idle time that is too short (NLB-050)',
    listener,
    { ...forward, ListenerAttributes: [{ Key: 'tcp.idle_timeout.seconds', Value: '59' }] },
    ['invalid ListenerAttributes[0]'],
  ],
  [
    'intervals, times and thresholds out of range (NLB-028)',
    targetGroup,
    { ...group, HealthCheckIntervalSeconds: 4, HealthCheckTimeoutSeconds: 121, HealthyThresholdCount: 1, UnhealthyThresholdCount: '11' },
    [
      'invalid HealthCheckIntervalSeconds',
      'invalid HealthCheckTimeoutSeconds',
      'invalid HealthyThresholdCount',
      'invalid UnhealthyThresholdCount',
    ],
  ],
  [
    'the borders of those ranges (NLB-028)',
    targetGroup,
    { ...group, HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 120, HealthyThresholdCount: 2, UnhealthyThresholdCount: 10 },
    [],
  ],
  ['checks of a port out of range', targetGroup, { ...group, HealthCheckPort: '70000' }, ['invalid HealthCheckPort']],
  ['checks of the port of the traffic (NLB-028)', targetGroup, { ...group, HealthCheckPort: 'traffic-port' }, []],
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
    { ...group, TargetGroupAttributes: [{ Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' }] },
    ['unsupported TargetGroupAttributes[0]'],
  ],
  ['a name with another character (NLB-007)', loadBalancer, { Type: 'network', Name: 'private_nlb' }, ['invalid Name']],
  ['a name of 33 characters (NLB-007)', loadBalancer, { Name: 'a'.repeat(33) }, ['invalid Name']],
  ['a name that AWS keeps for itself (NLB-007)', loadBalancer, { Type: 'network', Name: 'internal-nlb' }, ['invalid Name']],
  ['a name of 32 characters (NLB-007)', targetGroup, { ...group, Name: `a${'-b'.repeat(15)}c` }, []],
  ['a name that ends in a hyphen (NLB-007)', targetGroup, { ...group, Name: 'weather-' }, ['invalid Name']],
  ['a group whose name begins with internal- (NLB-007)', targetGroup, { ...group, Name: 'internal-weather' }, []],
] satisfies [string, ResourceType, Properties, string[]][]) {
  test(`${title}: ${expected.join(', ') || 'nothing to say'}`, () => assert.deepEqual(findings(type, properties), expected));
}
