import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scalableTarget } from '../../../src/services/applicationautoscaling/scalable-target.ts';
import { scalingPolicy } from '../../../src/services/applicationautoscaling/scaling-policy.ts';
import type { Properties, Resource } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { ecsBench, type EcsBench } from './ecs-bench.ts';

const MINUTE = 60_000;

const TARGET = {
  ResourceId: 'service/main/weather',
  ScalableDimension: 'ecs:service:DesiredCount',
  ServiceNamespace: 'ecs',
  MinCapacity: 2,
  MaxCapacity: 6,
};

function target(bench: EcsBench, changes: Properties = {}): Promise<Resource> {
  return scalableTarget.create(
    createContext(bench.account, scalableTarget, { logicalId: 'Target', properties: { ...TARGET, ...changes } }),
  );
}

function policyOf(id: string, changes: Properties = {}): Properties {
  return {
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    ScalingTargetId: id,
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 50,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      ...changes,
    },
  };
}

const policy = (bench: EcsBench, id: string): Promise<Resource> =>
  scalingPolicy.create(createContext(bench.account, scalingPolicy, { logicalId: 'Policy', properties: policyOf(id) }));

describe('a service with a scaling policy (ECS-097, ECS-098)', () => {
  it('gets tasks under load and loses them without, within its bounds, and is left alone once the policy is gone', async () => {
    await using bench = await ecsBench();
    let share = 0;
    const began = bench.clock.now();
    // 0.25 processors are 15,000 ms a minute.
    bench.runtime.behave = () => ({
      termMs: 0,
      usage: () => [{ container: 'weather', cpuMs: ((bench.clock.now() - began) / 4) * share, memoryBytes: 0 }],
    });
    bench.group.deregistrationDelayMs = 0;
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const scaled = await target(bench);
    assert.equal(scaled.ref, 'service/main/weather|ecs:service:DesiredCount|ecs');
    assert.equal(bench.view(service).desired, 2, 'the minimum holds at once');
    const tracking = await policy(bench, scaled.ref);
    assert.match(
      tracking.ref,
      /^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]{36}:resource\/ecs\/service\/main\/weather:policyName\/cpu$/,
    );
    await bench.clock.advance(MINUTE);
    share = 1;
    await bench.clock.advance(3 * MINUTE);
    assert.equal(bench.view(service).desired, 4);
    assert.equal(bench.view(service).running, 4);
    await bench.clock.advance(4 * MINUTE);
    assert.equal(bench.view(service).desired, 4, 'during the cool-down');
    await bench.clock.advance(MINUTE);
    assert.equal(bench.view(service).desired, 6, 'at most');
    share = 0;
    await bench.clock.advance(16 * MINUTE);
    assert.equal(bench.view(service).desired, 2);
    assert.ok(
      bench.account.events.some(
        (event) =>
          event.event === 'notice' &&
          event.message ===
            'Service Weather: desired count set from 2 to 4: ECSServiceAverageCPUUtilization is 100 %, policy cpu wants 50 %',
      ),
      JSON.stringify(bench.account.events.filter(({ event }) => event === 'notice')),
    );
    await tracking.delete();
    share = 1;
    await bench.clock.advance(30 * MINUTE);
    assert.equal(bench.view(service).desired, 2);
    await scaled.delete();
  });

  it('follows the requests to each of its targets', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 2 }));
    await bench.clock.advance(10);
    const scaled = await target(bench);
    const metric = (label: string): Properties => ({
      TargetValue: 100,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: label },
    });
    const create = (label: string): Promise<Resource> =>
      scalingPolicy.create(
        createContext(bench.account, scalingPolicy, { logicalId: 'Policy', properties: policyOf(scaled.ref, metric(label)) }),
      );
    await assert.rejects(create('targetgroup/weather/1'), /names no target group/);
    const tracking = await create(`app/web/0123/${bench.group.arn.slice(bench.group.arn.indexOf('targetgroup/'))}`);
    await bench.clock.advance(MINUTE);
    for (let minute = 0; minute < 3; minute++) {
      bench.group.requests += 500;
      await bench.clock.advance(MINUTE);
    }
    assert.equal(bench.view(service).desired, 5, '250 requests a minute and target, 100 wanted');
    await tracking.delete();
    await scaled.delete();
  });

  it('keeps its count when the template changes without one', async () => {
    await using bench = await ecsBench();
    const { DesiredCount: _, ...properties } = bench.properties(await bench.define());
    const service = await bench.create(properties);
    const scaled = await target(bench, { MinCapacity: 3 });
    await bench.clock.advance(10);
    await bench.update(service, { ...properties, HealthCheckGracePeriodSeconds: 5 });
    assert.equal(bench.view(service).desired, 3);
    await scaled.delete();
  });

  it('must be there, and its policy must have a target', async () => {
    await using bench = await ecsBench();
    await assert.rejects(target(bench), { message: "ECS service doesn't exist: service/main/weather" });
    await assert.rejects(policy(bench, 'service/main/weather|ecs:service:DesiredCount|ecs'), {
      message:
        'No scalable target registered for service namespace: ecs, resource ID: service/main/weather, scalable dimension: ecs:service:DesiredCount',
    });
  });

  it('has what is not simulated reported', () => {
    const kinds = (properties: Properties): string[] => scalingPolicy.check!(properties, {}).map(({ kind }) => kind);
    assert.deepEqual(kinds(policyOf('x')), []);
    assert.deepEqual(kinds({ ...policyOf('x'), PolicyType: 'PredictiveScaling' }), ['unsupported']);
    const other = { PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' } };
    assert.deepEqual(kinds(policyOf('x', other)), ['unsupported']);
    const found = (changes: Properties): string[] => scalableTarget.check!({ ...TARGET, ...changes }, {}).map(({ kind }) => kind);
    assert.deepEqual(found({}), []);
    assert.deepEqual(found({ ServiceNamespace: 'dynamodb', ScalableDimension: 'dynamodb:table:ReadCapacityUnits' }), [
      'unsupported',
      'unsupported',
    ]);
    assert.deepEqual(found({ MinCapacity: 7 }), ['invalid']);
  });
});
