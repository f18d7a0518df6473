import type { Account } from '../account.ts';
import { isUnresolved, listOf, textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceType } from '../resource-type.ts';
import { checkMetric, createMeasure } from './alarm-metric.ts';
import { COMPARISONS, type AlarmRule } from './alarm-state.ts';
import { LiveAlarm, type AlarmSettings } from './live-alarm.ts';

/** `AWS::CloudWatch::Alarm`, on what services use and on requests to their targets: what step scaling acts on. */
export const alarm: ResourceType = {
  type: 'AWS::CloudWatch::Alarm',
  scope: 'simulated',
  properties: {
    AlarmName: 'simulated',
    AlarmDescription: { inert: 'a description has no effect' },
    ActionsEnabled: 'simulated',
    AlarmActions: 'simulated',
    ComparisonOperator: 'simulated',
    Threshold: 'simulated',
    Namespace: 'simulated',
    MetricName: 'simulated',
    Statistic: 'simulated',
    'Dimensions.Name': 'simulated',
    'Dimensions.Value': 'simulated',
    Period: 'simulated',
    EvaluationPeriods: 'simulated',
    DatapointsToAlarm: 'simulated',
    TreatMissingData: 'simulated',
    Unit: { inert: 'each of the metrics that are measured here has one unit' },
    Tags: { inert: 'tags have no effect here' },
  },
  required: ['ComparisonOperator', 'EvaluationPeriods'],
  attributes: ['Arn'],
  replacedBy: ['AlarmName'],
  check: (properties) => [...checkMetric(properties), ...checkPeriods(properties)],
  create: (context) =>
    Promise.resolve().then(() => {
      const { account } = context;
      const name = new PropertyReader(context.properties).optionalString('AlarmName') ?? context.physicalName();
      let live = new LiveAlarm(account, readSettings(account, context.properties, name));
      const resource: Resource = {
        ref: name,
        attributes: { Arn: `arn:${account.partition}:cloudwatch:${account.region}:${account.id}:alarm:${name}` },
        update: (next) => {
          const settings = readSettings(account, next.properties, name);
          live.close();
          live = new LiveAlarm(account, settings);
          return Promise.resolve(resource);
        },
        delete: () => Promise.resolve(live.close()),
      };
      return resource;
    }),
};

function checkPeriods(properties: Properties): Finding[] {
  const findings: Finding[] = [];
  const period = Number(textOf(properties['Period']) ?? 60);
  if (period === 10 || period === 20 || period === 30)
    findings.push({
      property: 'Period',
      kind: 'unsupported',
      message: `a period of ${period} s is not supported: these metrics come once a minute`,
    });
  else if (!isUnresolved(properties['Period']) && (period <= 0 || period % 60 !== 0))
    findings.push({ property: 'Period', kind: 'invalid', message: `Period must be 10, 20, 30 or a multiple of 60, it is ${period}.` });
  const [periods, points] = [textOf(properties['EvaluationPeriods']), textOf(properties['DatapointsToAlarm'])];
  if (periods !== undefined && points !== undefined && Number(points) > Number(periods)) {
    const message = `DatapointsToAlarm (${points}) must not be greater than EvaluationPeriods (${periods}).`;
    findings.push({ property: 'DatapointsToAlarm', kind: 'invalid', message });
  }
  if (listOf(properties['Metrics']).length > 0)
    findings.push({ property: 'Metrics', kind: 'unsupported', message: 'metric math is not supported' });
  return findings;
}

function readSettings(account: Account, properties: Properties, name: string): AlarmSettings {
  const reader = new PropertyReader(properties);
  const enabled = reader.boolean('ActionsEnabled', true);
  const actions = reader.has('AlarmActions') ? reader.strings('AlarmActions') : [];
  for (const action of actions) {
    if (account.directory.find('scalingAction', action) !== undefined) continue;
    const message = `Alarm ${name} does nothing with its action ${action}: only step scaling policies of services are carried out here`;
    account.emit({ event: 'notice', message });
  }
  return { name, rule: readRule(reader), measure: createMeasure(account, properties), actions: enabled ? actions : [] };
}

function readRule(reader: PropertyReader): AlarmRule {
  const evaluationPeriods = reader.integer('EvaluationPeriods');
  return {
    comparison: reader.oneOf('ComparisonOperator', COMPARISONS),
    threshold: reader.number('Threshold', 0),
    periodMinutes: reader.integer('Period', 60) / 60,
    evaluationPeriods,
    datapointsToAlarm: reader.integer('DatapointsToAlarm', evaluationPeriods),
    statistic: reader.optionalString('Statistic') === 'Sum' ? 'Sum' : 'Average',
    missing: reader.oneOf('TreatMissingData', ['missing', 'notBreaching', 'breaching', 'ignore'] as const, 'missing'),
  };
}
