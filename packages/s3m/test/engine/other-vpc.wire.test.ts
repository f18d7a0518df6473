import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFailure } from '../../src/engine/problem.ts';
import { runSmallSystem } from './running-system.ts';

const ref = (Ref: string): unknown => ({ Ref });
const groupIn = (vpc: string, protocol: string): unknown => ({
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { Port: 8080, Protocol: protocol, TargetType: 'ip', VpcId: ref(vpc) },
});
const listener = (balancer: string, Protocol: string, action: unknown): unknown => ({
  Type: 'AWS::ElasticLoadBalancingV2::Listener',
  Properties: { LoadBalancerArn: ref(balancer), Port: 80, Protocol, DefaultActions: [action] },
});
const forward = (group: string): unknown => ({ Type: 'forward', TargetGroupArn: ref(group) });

/** A second VPC of the same range, and an application load balancer in the first one. */
const beside = {
  Other: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
  OtherSubnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Other'), CidrBlock: '10.0.0.0/24' } },
  SecondSubnet: {
    Type: 'AWS::EC2::Subnet',
    Properties: { VpcId: ref('Vpc'), CidrBlock: '10.0.1.0/24', AvailabilityZone: 'us-east-1b' },
  },
  Application: {
    Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    Properties: { Type: 'application', Scheme: 'internal', Subnets: [ref('Subnet'), ref('SecondSubnet')] },
  },
  OtherTargets: groupIn('Other', 'TCP'),
  OtherHttp: groupIn('Other', 'HTTP'),
};
const serviceIn = (subnets: readonly string[], more: object = {}): unknown => ({
  Type: 'AWS::ECS::Service',
  DependsOn: ['Listener'],
  Properties: {
    TaskDefinition: ref('Task'),
    DesiredCount: 1,
    LaunchType: 'FARGATE',
    NetworkConfiguration: { AwsvpcConfiguration: { Subnets: subnets.map(ref) } },
    ...more,
  },
});
const balanced = { LoadBalancers: [{ ContainerName: 'hello', ContainerPort: 8080, TargetGroupArn: ref('Targets') }] };
const answer = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } };
const elsewhere = (kind: string): RegExp =>
  new RegExp(
    `: The following target groups are in a different VPC than load balancer arn:\\S+:loadbalancer/${kind}/\\S+: arn:\\S+:targetgroup/\\S+$`,
  );

describe('with two VPCs', { concurrency: 2 }, () => {
  for (const { title, resources, logicalId, says } of [
    {
      title: 'a listener of a network load balancer does not forward to a group of another VPC (VPC-053)',
      resources: { Listener: listener('Balancer', 'TCP', forward('OtherTargets')) },
      logicalId: 'Listener',
      says: elsewhere('net'),
    },
    {
      title: 'nor does one of an application load balancer (VPC-053)',
      resources: { Http: listener('Application', 'HTTP', forward('OtherHttp')) },
      logicalId: 'Http',
      says: elsewhere('app'),
    },
    {
      title: 'nor a rule of such a listener (VPC-053)',
      resources: {
        Http: listener('Application', 'HTTP', answer),
        Rule: {
          Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
          Properties: {
            ListenerArn: ref('Http'),
            Priority: 1,
            Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
            Actions: [forward('OtherHttp')],
          },
        },
      },
      logicalId: 'Rule',
      says: elsewhere('app'),
    },
    {
      title: 'tasks of another VPC than the target group cannot be in it (VPC-053)',
      resources: { Service: serviceIn(['OtherSubnet'], balanced) },
      logicalId: 'Service',
      says: /: The target group with targetGroupArn arn:\S+ is in vpc-\w+, and subnet subnet-\w+ in vpc-\w+\.$/,
    },
    {
      title: 'the subnets of a service are in one (ECS-035)',
      resources: { Service: serviceIn(['Subnet', 'OtherSubnet']) },
      logicalId: 'Service',
      says: /: The subnets of a service must be in one VPC: subnet-\w+ is in vpc-\w+, subnet-\w+ in vpc-\w+\.$/,
    },
  ]) {
    it(title, async () => {
      await assert.rejects(runSmallSystem({ desired: 0, resources: { ...beside, ...resources } }), (error: unknown) => {
        assert.ok(error instanceof EngineFailure, String(error));
        assert.deepEqual(
          error.problems.map((problem) => [problem.logicalId, problem.fault]),
          [[logicalId, 'user']],
          error.message,
        );
        assert.match(error.problems[0]!.message, says);
        return true;
      });
    });
  }
});
