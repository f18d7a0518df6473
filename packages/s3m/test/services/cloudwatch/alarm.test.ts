import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scalableTarget } from '../../../src/services/applicationautoscaling/scalable-target.ts';
import { scalingPolicy } from '../../../src/services/applicationautoscaling/scaling-policy.ts';
import { alarm } from '../../../src/services/cloudwatch/alarm.ts';
import { evaluateAlarm, type AlarmRule } from '../../../src/services/cloudwatch/alarm-state.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { ecsBench, type EcsBench } from '../ecs/ecs-bench.ts';
import { createContext } from '../fake-account.ts';

const MINUTE = 60_000;

const rule: AlarmRule = {
  comparison: 'GreaterThanThreshold',
  threshold: 50,
  periodMinutes: 1,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  statistic: 'Average',
  missing: 'missing',
};

describe('an alarm', () => {
  it('is in ALARM when so many of the last data points breach', () => {
    const state = (...minutes: readonly (number | undefined)[]): string => evaluateAlarm(rule, minutes, 'OK').state;
    assert.equal(state(60, 60), 'INSUFFICIENT_DATA');
    assert.equal(state(60, 60, 40), 'ALARM');
    assert.equal(state(60, 50, 40), 'OK');
    assert.equal(state(90, 60, 40, 40, 60), 'OK', 'only the last three count');
    assert.equal(state(undefined, 60, 60), 'ALARM');
  });

  it('makes a data point of the minutes of a period, by average or sum', () => {
    const of = (changes: Partial<AlarmRule>, ...minutes: readonly number[]): ReturnType<typeof evaluateAlarm> =>
      evaluateAlarm({ ...rule, periodMinutes: 2, evaluationPeriods: 1, datapointsToAlarm: 1, ...changes }, minutes, 'OK');
    assert.deepEqual(of({}, 40, 50), { state: 'OK', value: 45 });
    assert.deepEqual(of({ statistic: 'Sum' }, 40, 50), { state: 'ALARM', value: 90 });
    assert.equal(of({ comparison: 'GreaterThanOrEqualToThreshold' }, 50, 50).state, 'ALARM');
    assert.equal(of({ comparison: 'LessThanThreshold' }, 50, 50).state, 'OK');
    assert.equal(of({ comparison: 'LessThanOrEqualToThreshold' }, 50, 50).state, 'ALARM');
  });

  it('takes missing data as it is told to', () => {
    const none = [undefined, undefined, undefined];
    const state = (missing: AlarmRule['missing']): string => evaluateAlarm({ ...rule, missing }, none, 'ALARM').state;
    assert.deepEqual((['missing', 'ignore', 'breaching', 'notBreaching'] as const).map(state), [
      'INSUFFICIENT_DATA',
      'ALARM',
      'ALARM',
      'OK',
    ]);
  });

  it('of what is not measured here is reported', () => {
    const kinds = (changes: Properties): string[] =>
      alarm.check!({ ...alarmOf([], 'GreaterThanThreshold', 50), ...changes }, {}).map(({ kind, property }) => `${kind} ${property}`);
    assert.deepEqual(kinds({}), []);
    assert.deepEqual(kinds({ MetricName: 'Errors', Namespace: 'AWS/Lambda' }), ['unsupported MetricName']);
    assert.deepEqual(kinds({ Statistic: 'Maximum' }), ['unsupported Statistic']);
    assert.deepEqual(kinds({ Dimensions: [{ Name: 'ClusterName', Value: 'main' }] }), ['unsupported Dimensions']);
    assert.deepEqual(kinds({ Period: 10 }), ['unsupported Period']);
    assert.deepEqual(kinds({ Period: 90 }), ['invalid Period']);
    assert.deepEqual(kinds({ EvaluationPeriods: 1, DatapointsToAlarm: 2 }), ['invalid DatapointsToAlarm']);
  });

  it('of what is not there is refused; one that was accepted unmeasured has no data, and an action that is none of step scaling is told', async () => {
    await using bench = await ecsBench();
    await assert.rejects(create(bench, alarm, 'Upper', alarmOf([], 'GreaterThanThreshold', 50)), /no service main\/weather to measure/);
    const topic = 'arn:aws:sns:us-east-1:000000000000:topic';
    const other = { ...alarmOf([topic], 'GreaterThanThreshold', 50), AlarmName: 'errors', MetricName: 'Errors', Namespace: 'AWS/Lambda' };
    const accepted = await create(bench, alarm, 'Other', other);
    await bench.clock.advance(20 * MINUTE);
    assert.deepEqual(
      bench.account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : [])),
      [`Alarm errors does nothing with its action ${topic}: only step scaling policies of services are carried out here`],
    );
    await accepted.delete();
  });
});

function create(bench: EcsBench, type: ResourceType, logicalId: string, properties: Properties): Promise<Resource> {
  return type.create(createContext(bench.account, type, { logicalId, properties }));
}

/** As the CDK's `scaleOnMetric` writes it. */
function alarmOf(actions: readonly string[], comparison: string, threshold: number): Properties {
  return {
    AlarmActions: [...actions],
    AlarmDescription: 'Upper threshold scaling alarm',
    ComparisonOperator: comparison,
    Dimensions: [
      { Name: 'ClusterName', Value: 'main' },
      { Name: 'ServiceName', Value: 'weather' },
    ],
    EvaluationPeriods: 1,
    MetricName: 'CPUUtilization',
    Namespace: 'AWS/ECS',
    Period: 300,
    Statistic: 'Average',
    Threshold: threshold,
  };
}

describe('a service with step scaling, as the CDK’s scaleOnMetric makes it', () => {
  const policyOf = (target: Resource, name: string, steps: readonly Properties[]): Properties => ({
    PolicyName: name,
    PolicyType: 'StepScaling',
    ScalingTargetId: target.ref,
    StepScalingPolicyConfiguration: { AdjustmentType: 'ChangeInCapacity', MetricAggregationType: 'Average', StepAdjustments: [...steps] },
  });
  const targetOf = (bench: EcsBench): Promise<Resource> =>
    create(bench, scalableTarget, 'Target', {
      ResourceId: 'service/main/weather',
      ScalableDimension: 'ecs:service:DesiredCount',
      ServiceNamespace: 'ecs',
      MinCapacity: 2,
      MaxCapacity: 8,
    });

  it('gets tasks by the step that its load breaches, again after the cool-down, and loses them without load', async () => {
    await using bench = await ecsBench();
    let share = 0.3;
    const began = bench.clock.now();
    let used = 0;
    let looked = began;
    // 0.25 processors: a task that uses `share` of them, from now on.
    const cpuMs = (): number => {
      used += ((bench.clock.now() - looked) / 4) * share;
      looked = bench.clock.now();
      return used;
    };
    bench.runtime.behave = () => ({ termMs: 0, usage: () => [{ container: 'weather', cpuMs: cpuMs(), memoryBytes: 0 }] });
    bench.group.deregistrationDelayMs = 0;
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 2 }));
    await bench.clock.advance(10);
    const target = await targetOf(bench);
    const upper = await create(
      bench,
      scalingPolicy,
      'UpperPolicy',
      policyOf(target, 'upper', [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 20, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 20, ScalingAdjustment: 3 },
      ]),
    );
    const lower = await create(
      bench,
      scalingPolicy,
      'LowerPolicy',
      policyOf(target, 'lower', [{ MetricIntervalUpperBound: 0, ScalingAdjustment: -1 }]),
    );
    const high = await create(bench, alarm, 'Upper', alarmOf([upper.ref], 'GreaterThanOrEqualToThreshold', 50));
    const low = await create(bench, alarm, 'Lower', alarmOf([lower.ref], 'LessThanOrEqualToThreshold', 10));
    assert.match(high.attributes['Arn'] as string, /^arn:aws:cloudwatch:us-east-1:000000000000:alarm:/);
    const counts = async (minutes: number): Promise<number> => {
      await bench.clock.advance(minutes * MINUTE);
      return bench.view(service).desired;
    };
    assert.equal(await counts(8), 2, 'between the thresholds');
    share = 0.6;
    assert.equal(await counts(3), 2, 'the average of five minutes counts');
    assert.equal(await counts(1), 3);
    share = 1;
    assert.equal(await counts(1), 3, 'the cool-down');
    assert.equal(await counts(1), 5, 'the larger step: three more than two');
    assert.equal(await counts(2), 5);
    assert.equal(await counts(1), 8, 'the cool-down is over');
    share = 0;
    assert.equal(await counts(5), 7, 'one at a time');
    assert.equal(await counts(60), 2);
    const told = bench.account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
    assert.ok(
      told.some((message) => /desired count set from 2 to 3: an alarm measured \d+, its threshold is 50, policy upper$/.test(message)),
      told.join('\n'),
    );
    await high.delete();
    share = 1;
    assert.equal(await counts(20), 2, 'no alarm, no scaling');
    await low.delete();
    await target.delete();
  });

  it('follows the requests to each target; disabled actions do nothing', async () => {
    await using bench = await ecsBench();
    const service = await bench.create(bench.properties(await bench.define(), { DesiredCount: 2 }));
    await bench.clock.advance(10);
    const target = await targetOf(bench);
    const upper = await create(
      bench,
      scalingPolicy,
      'UpperPolicy',
      policyOf(target, 'upper', [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }]),
    );
    const requests: Properties = {
      AlarmActions: [upper.ref],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Dimensions: [
        { Name: 'LoadBalancer', Value: 'app/web/0123' },
        { Name: 'TargetGroup', Value: bench.group.arn.slice(bench.group.arn.indexOf('targetgroup/')) },
      ],
      EvaluationPeriods: 1,
      MetricName: 'RequestCountPerTarget',
      Namespace: 'AWS/ApplicationELB',
      Period: 60,
      Statistic: 'Sum',
      Threshold: 100,
    };
    const muted = await create(bench, alarm, 'Muted', { ...requests, ActionsEnabled: false });
    bench.group.requests += 500;
    await bench.clock.advance(2 * MINUTE);
    assert.equal(bench.view(service).desired, 2);
    const loud = await muted.update!(createContext(bench.account, alarm, { logicalId: 'Muted', properties: requests }));
    bench.group.requests += 500;
    await bench.clock.advance(2 * MINUTE);
    assert.equal(bench.view(service).desired, 4);
    await loud.delete();
    await target.delete();
  });
});
