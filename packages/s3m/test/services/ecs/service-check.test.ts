import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { service } from '../../../src/services/ecs/service.ts';
import type { Properties } from '../../../src/services/resource-type.ts';

function findings(properties: Properties): string[] {
  return service.check!(properties, {}).map(({ kind, property }) => `${kind} ${property}`);
}

describe('the check of AWS::ECS::Service', () => {
  it('finds nothing wrong with what CDK emits', () => {
    const properties = {
      DeploymentConfiguration: {
        Alarms: { AlarmNames: [], Enable: false, Rollback: false },
        MaximumPercent: 200,
        MinimumHealthyPercent: 50,
      },
      HealthCheckGracePeriodSeconds: 60,
      LaunchType: 'FARGATE',
      LoadBalancers: [{ TargetGroupArn: 'unresolved:Group', ContainerName: 'web', ContainerPort: 80 }],
      NetworkConfiguration: {
        AwsvpcConfiguration: { AssignPublicIp: 'DISABLED', Subnets: ['unresolved:A'], SecurityGroups: ['unresolved:B'] },
      },
    };
    assert.deepEqual(findings(properties), []);
  });

  it('takes Fargate only, by launch type or by capacity provider', () => {
    assert.deepEqual(findings({}), ['unsupported LaunchType']);
    assert.deepEqual(findings({ LaunchType: 'EC2' }), ['unsupported LaunchType']);
    assert.deepEqual(findings({ CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }] }), []);
    assert.deepEqual(findings({ CapacityProviderStrategy: [{ CapacityProvider: 'mine' }] }), ['unsupported CapacityProviderStrategy']);
  });

  it('takes rolling updates only', () => {
    const fargate = { LaunchType: 'FARGATE' };
    assert.deepEqual(findings({ ...fargate, DeploymentController: { Type: 'CODE_DEPLOY' } }), ['unsupported DeploymentController.Type']);
    assert.deepEqual(findings({ ...fargate, DeploymentConfiguration: { Strategy: 'BLUE_GREEN' } }), [
      'unsupported DeploymentConfiguration.Strategy',
    ]);
    assert.deepEqual(findings({ ...fargate, DeploymentConfiguration: { Alarms: { Enable: true } } }), [
      'unsupported DeploymentConfiguration.Alarms',
    ]);
  });

  it('takes the platform version that LATEST is, and no other (ECS-039)', () => {
    for (const version of ['LATEST', '1.4.0']) assert.deepEqual(findings({ LaunchType: 'FARGATE', PlatformVersion: version }), []);
    assert.deepEqual(findings({ LaunchType: 'FARGATE', PlatformVersion: '1.3.0' }), ['unsupported PlatformVersion']);
    assert.deepEqual(findings({ LaunchType: 'FARGATE', PlatformVersion: '2.0' }), ['invalid PlatformVersion']);
  });

  it('refuses DAEMON (ECS-036), too many subnets, groups and target groups (ECS-035)', () => {
    const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `x-${index}`);
    assert.deepEqual(
      findings({
        LaunchType: 'FARGATE',
        SchedulingStrategy: 'DAEMON',
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: many(17), SecurityGroups: many(6) } },
        LoadBalancers: many(6).map((arn) => ({ TargetGroupArn: arn })),
      }),
      [
        'invalid SchedulingStrategy',
        'invalid NetworkConfiguration.AwsvpcConfiguration.Subnets',
        'invalid NetworkConfiguration.AwsvpcConfiguration.SecurityGroups',
        'invalid LoadBalancers',
      ],
    );
  });

  it('refuses a grace period without a load balancer, and a negative count', () => {
    assert.deepEqual(findings({ LaunchType: 'FARGATE', HealthCheckGracePeriodSeconds: 60 }), ['invalid HealthCheckGracePeriodSeconds']);
    assert.deepEqual(findings({ LaunchType: 'FARGATE', DesiredCount: -1 }), ['invalid DesiredCount']);
  });
});
