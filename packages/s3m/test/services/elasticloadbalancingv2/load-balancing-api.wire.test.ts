import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { serveLoadBalancing } from '../../../src/services/elasticloadbalancingv2/api/serve-load-balancing.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { provideRole, roleCaller } from '../role-caller.ts';
import { fakeAccount } from '../fake-account.ts';
import { balancerOf, register, serverOf, type PrivateBalancer } from './private-balancer.ts';

/** A balancer whose account answers the API, with a client of the official SDK. */
async function openApi(t: TestContext, options: Parameters<typeof balancerOf>[1] = {}) {
  const it = await balancerOf(t, { ...options, sockets: true });
  it.account.endpoint.handle('elasticloadbalancing', serveLoadBalancing(it.account));
  const client = clientOf(it.account, ElasticLoadBalancingV2Client);
  t.after(() => client.destroy());
  return { it, client };
}

async function healthySince(t: TestContext, it: PrivateBalancer) {
  const { accept } = await serverOf(t, 'hello');
  const task = it.small.task({ subnetId: 'subnet-2', accept });
  await register(it, task, 'healthy');
  return task;
}

test('a load balancer, its listener and its target group are described, and are active (NLB-011)', async (t) => {
  const { it, client } = await openApi(t);
  const { LoadBalancers: balancers } = await client.send(new DescribeLoadBalancersCommand({}));
  assert.equal(balancers?.length, 1);
  const [{ CreatedTime: created, ...balancer }] = balancers as [NonNullable<typeof balancers>[number]];
  assert.ok(created instanceof Date);
  assert.deepEqual(balancer, {
    LoadBalancerArn: it.balancer.ref,
    DNSName: it.balancer.attributes['DNSName'],
    CanonicalHostedZoneId: 'Z26RNL4JYFTOTI',
    LoadBalancerName: it.balancer.attributes['LoadBalancerName'],
    Scheme: 'internal',
    VpcId: 'vpc-1',
    State: { Code: 'active' },
    Type: 'network',
    AvailabilityZones: [{ ZoneName: 'us-east-1b', SubnetId: 'subnet-2', LoadBalancerAddresses: [] }],
    SecurityGroups: ['sg-nlb'],
    IpAddressType: 'ipv4',
  });
  const { Listeners: listeners } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: it.balancer.ref }));
  assert.deepEqual(
    listeners?.map(({ ListenerArn, Port, Protocol, DefaultActions }) => [ListenerArn, Port, Protocol, DefaultActions?.[0]?.TargetGroupArn]),
    [[it.first.ref, 80, 'TCP', it.group.ref]],
  );
  const { TargetGroups: groups } = await client.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: it.balancer.ref }));
  assert.deepEqual(groups, [
    {
      TargetGroupArn: it.group.ref,
      TargetGroupName: it.group.attributes['TargetGroupName'],
      Protocol: 'TCP',
      Port: 8080,
      VpcId: 'vpc-1',
      HealthCheckProtocol: 'TCP',
      HealthCheckPort: 'traffic-port',
      HealthCheckEnabled: true,
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 10,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      LoadBalancerArns: [it.balancer.ref],
      TargetType: 'ip',
      IpAddressType: 'ipv4',
    },
  ]);
});

test('the health of targets is told with state, reason and description; of one that is not registered, too (NLB-038, NLB-039)', async (t) => {
  const { it, client } = await openApi(t);
  const good = await healthySince(t, it);
  const closed = it.small.task({ subnetId: 'subnet-2', name: 'closed', accept: refused });
  await register(it, closed, 'unhealthy');
  const TargetGroupArn = it.group.ref;
  const { TargetHealthDescriptions: all } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  assert.deepEqual(all, [
    {
      Target: { Id: good.address, Port: 8080, AvailabilityZone: 'us-east-1b' },
      HealthCheckPort: '8080',
      TargetHealth: { State: 'healthy' },
    },
    {
      Target: { Id: closed.address, Port: 8080, AvailabilityZone: 'us-east-1b' },
      HealthCheckPort: '8080',
      TargetHealth: { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' },
    },
  ]);
  const asked = new DescribeTargetHealthCommand({ TargetGroupArn, Targets: [{ Id: good.address, Port: 9 }] });
  assert.deepEqual((await client.send(asked)).TargetHealthDescriptions?.[0]?.TargetHealth, {
    State: 'unused',
    Reason: 'Target.NotRegistered',
    Description: 'Target is not registered to the target group',
  });
});

test('targets are registered with the port of the group or their own, and deregistered by the same (NLB-014, NLB-015)', async (t) => {
  const { it, client } = await openApi(t);
  const { accept } = await serverOf(t, 'hello');
  const { address: Id } = it.small.task({ subnetId: 'subnet-2', accept });
  const TargetGroupArn = it.group.ref;
  const states = async () => {
    const { TargetHealthDescriptions: all } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return Object.fromEntries((all ?? []).map(({ Target: target, TargetHealth: health }) => [target?.Port, health?.State]));
  };
  await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id }, { Id, Port: 8081 }] }));
  assert.deepEqual(Object.keys(await states()), ['8080', '8081']);
  await client.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id, Port: 9999 }, { Id: '10.0.9.9' }] }));
  assert.equal(Object.values(await states()).includes('draining'), false);
  await client.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets: [{ Id, Port: 8081 }] }));
  assert.equal((await states())['8081'] ?? 'gone', 'draining');
  assert.notEqual((await states())['8080'], 'draining');
});

test('what there is not, and what may be no target, is refused with the codes and words of AWS (NLB-005, NLB-077)', async (t) => {
  const { it, client } = await openApi(t);
  const arn = (what: string) => `arn:aws:elasticloadbalancing:us-east-1:000000000000:${what}/none/0123456789abcdef`;
  const TargetGroupArn = it.group.ref;
  const cases = [
    [
      client.send(new DescribeLoadBalancersCommand({ Names: ['none'] })),
      'LoadBalancerNotFoundException',
      "Load balancers '[none]' not found",
    ],
    [
      client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn('loadbalancer/net')] })),
      'LoadBalancerNotFoundException',
      'One or more load balancers not found',
    ],
    [
      client.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn('targetgroup') })),
      'TargetGroupNotFoundException',
      'One or more target groups not found',
    ],
    [
      client.send(new DescribeListenersCommand({ ListenerArns: [arn('listener/net/none/0')] })),
      'ListenerNotFoundException',
      'One or more listeners not found',
    ],
    [
      client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '54.230.1.1' }] })),
      'InvalidTargetException',
      "The IP address '54.230.1.1' is not a valid target",
    ],
  ] as const;
  for (const [call, code, message] of cases) assert.deepEqual(await failureOf(call), [code, message]);
});

test('a role may only what its policies allow: to read on all, to register on a group (IAM-030)', async (t) => {
  await using account = await fakeAccount({ sockets: true, caller: roleCaller('reader') });
  provideRole(account, 'reader', [{ Effect: 'Allow', Action: 'elasticloadbalancing:Describe*', Resource: '*' }]);
  account.endpoint.handle('elasticloadbalancing', serveLoadBalancing(account));
  const client = clientOf(account, ElasticLoadBalancingV2Client);
  t.after(() => client.destroy());
  assert.deepEqual((await client.send(new DescribeLoadBalancersCommand({}))).LoadBalancers, []);
  const TargetGroupArn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/none/0123456789abcdef';
  assert.deepEqual(await failureOf(client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.0.0.5' }] }))), [
    'AccessDenied',
    `User: arn:aws:sts::000000000000:assumed-role/reader/x is not authorized to perform: elasticloadbalancing:RegisterTargets on resource: ${TargetGroupArn} because no identity-based policy allows the elasticloadbalancing:RegisterTargets action`,
  ]);
});

/** What a closed port does. */
function refused(): Promise<never> {
  return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
}
