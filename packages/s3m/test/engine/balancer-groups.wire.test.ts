import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFailure } from '../../src/engine/problem.ts';
import { runSmallSystem, type RunningSystem } from './running-system.ts';
import type { SmallSystemOptions } from './small-system.ts';

type Rule = Readonly<Record<string, unknown>>;

interface Groups {
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  /** Properties of the balancer. */
  readonly balancer?: Rule;
  /** Attributes of the target group. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly tasks?: readonly Rule[];
}

const rule = (port: number, peer: Rule): Rule => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...peer });
const everybody = { CidrIp: '0.0.0.0/0' };
const vpc = { CidrIp: '10.0.0.0/16' };
const ofBalancer = { SourceSecurityGroupId: { Ref: 'BalancerGroup' } };
const none = [{ IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32', Description: 'Disallow all traffic' }];

/** The small system with a balancer in a group of its own, unless `balancer` says otherwise. */
function systemOf({
  ingress = [],
  egress = [],
  balancer = {},
  attributes = {},
  tasks = [rule(8080, ofBalancer)],
}: Groups): SmallSystemOptions {
  const group = (GroupDescription: string, more: Rule): Rule => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { GroupDescription, VpcId: { Ref: 'Vpc' }, ...more },
  });
  return {
    resources: {
      BalancerGroup: group('balancer', { SecurityGroupIngress: ingress, SecurityGroupEgress: egress }),
      TaskGroup: group('tasks', { SecurityGroupIngress: tasks }),
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        DependsOn: ['ToInternet', 'SubnetRoutes'],
        Properties: {
          Type: 'network',
          Scheme: 'internal',
          Subnets: [{ Ref: 'Subnet' }],
          SecurityGroups: [{ Ref: 'BalancerGroup' }],
          ...balancer,
        },
      },
      Targets: {
        Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
        Properties: {
          Port: 8080,
          Protocol: 'TCP',
          TargetType: 'ip',
          VpcId: { Ref: 'Vpc' },
          HealthCheckIntervalSeconds: 5,
          HealthCheckTimeoutSeconds: 2,
          HealthyThresholdCount: 2,
          UnhealthyThresholdCount: 2,
          TargetGroupAttributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
        },
      },
    },
  };
}

const quick = { timeScale: 0.02, ports: { aws: 0, api: 0, site: 0, lb: 0 } };

async function problemOf(running: Promise<unknown>): Promise<string> {
  try {
    await running;
  } catch (error) {
    assert.ok(error instanceof EngineFailure, String(error));
    return error.problems.map(({ message, fix = '' }) => `${message} ${fix}`).join('\n');
  }
  throw new assert.AssertionError({ message: 'nothing fails' });
}

/** Why the system does not start. */
const reasonOf = (groups: Groups): Promise<string> =>
  problemOf(runSmallSystem(systemOf(groups), quick).then((system) => system[Symbol.asyncDispose]()));

async function update(system: RunningSystem, groups: Groups): Promise<void> {
  system.write(systemOf(groups));
  await system.engine.update();
}

/** What the newest request's trace says of it. */
const whyOf = ({ engine }: RunningSystem): string => engine.account.traces.recent(1)[0]?.decision?.why ?? '';

const late = { status: 504, body: '{"message": "Endpoint request timed out"}' };
const fine = { status: 200, body: 'one' };

describe('a network load balancer of a template', { concurrency: 2 }, () => {
  it('never gets a security group when it was made without (NLB-051)', async () => {
    const without = { balancer: { SecurityGroups: [] }, tasks: [rule(8080, vpc)] };
    await using system = await runSmallSystem(systemOf(without), quick);
    assert.match(
      await problemOf(update(system, { ...without, balancer: {} })),
      /Security groups can be given to a Network Load Balancer only when it is created.*Give the load balancer another Name/s,
    );
    assert.deepEqual(await system.get(), fine);
  });

  it('takes another set of groups while it runs, and may not lose the last (NLB-051)', async () => {
    const open = { ingress: [rule(80, everybody)] };
    await using system = await runSmallSystem(systemOf(open), quick);
    assert.deepEqual(await system.get(), fine);
    await update(system, {
      ...open,
      balancer: { SecurityGroups: [{ 'Fn::GetAtt': ['Vpc', 'DefaultSecurityGroup'] }] },
      tasks: [rule(8080, vpc)],
    });
    assert.deepEqual(await system.get(), late);
    assert.match(await problemOf(update(system, { ...open, balancer: { SecurityGroups: [] } })), /not all taken away/);
  });

  it('without a group lets everybody in; a rule of its targets for addresses admits it, one for a group does not (NLB-052)', async () => {
    const without = { SecurityGroups: [] };
    const reason = await reasonOf({ balancer: without });
    assert.match(reason, /no ingress rule of sg-\w+ \(TaskGroup\) lets tcp 8080 in from NLB node/);
    assert.match(reason, /Add to sg-\w+ \(TaskGroup\): ingress tcp 8080 from 10\.0\.0\.0\/24 \(subnet Subnet\)/);
    await using system = await runSmallSystem(systemOf({ balancer: without, tasks: [rule(8080, { CidrIp: '10.0.0.0/24' })] }), quick);
    assert.deepEqual(await system.get(), fine);
  });

  it('checks by its outbound rules, whatever the inbound ones are (NLB-053)', async () => {
    const reason = await reasonOf({ ingress: [rule(80, everybody)], egress: none });
    assert.match(reason, /no egress rule of sg-\w+ \(BalancerGroup\) lets tcp 8080 out to task/);
    assert.match(reason, /Add to sg-\w+ \(BalancerGroup\): egress tcp 8080 to sg-\w+ \(TaskGroup\)/);
    // It starts, since its targets get healthy; requests hear nothing.
    await using system = await runSmallSystem(systemOf({}), quick);
    assert.deepEqual(await system.get(), late);
    assert.match(whyOf(system), /no ingress rule of sg-\w+ \(BalancerGroup\) lets tcp 80 in from the VPC link/);
  });

  it('holds VPC links against its inbound rules, of which only one for all addresses admits them, until that is switched off (NLB-054, NLB-056)', async () => {
    const forVpc = { ingress: [rule(80, vpc)] };
    await using system = await runSmallSystem(systemOf(forVpc), quick);
    assert.deepEqual(await system.get(), late);
    assert.match(
      whyOf(system),
      /set EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic of the load balancer to off, or add to sg-\w+ \(BalancerGroup\): ingress tcp 80 from 0\.0\.0\.0\/0/,
    );
    await update(system, { ...forVpc, balancer: { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off' } });
    assert.deepEqual(await system.get(), fine);
    await update(system, { ...forVpc, balancer: { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'on' } });
    assert.deepEqual(await system.get(), late);
    await update(system, { ingress: [rule(80, everybody)] });
    assert.deepEqual(await system.get(), fine);
    await update(system, { ingress: [rule(81, everybody)] });
    assert.deepEqual(await system.get(), late);
  });

  it('gets clients whose addresses it keeps into targets that name its group, not into those that name its addresses (NLB-055)', async () => {
    const outside = {
      ingress: [rule(80, everybody)],
      balancer: { Scheme: 'internet-facing' },
      attributes: { 'preserve_client_ip.enabled': 'true' },
    };
    await using system = await runSmallSystem(systemOf(outside), quick);
    const ask = (): Promise<Response> =>
      fetch(system.engine.describe().endpoints.balancers['Balancer']!['80']!, { headers: { connection: 'close' } });
    assert.equal(await (await ask()).text(), 'one');
    const since = system.events.length;
    await update(system, { ...outside, tasks: [rule(8080, vpc)] });
    await assert.rejects(ask());
    const { message } = await system.event('problem', since);
    assert.match(
      message,
      /no ingress rule of sg-\w+ \(TaskGroup\) lets tcp 8080 in from a client outside, whose address NLB node of Balancer/,
    );
  });
});
