import type { Account } from '../account.ts';
import { isUnresolved, listOf, textOf } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import { RequestsPerTarget } from '../requests-per-target.ts';
import { ResourceFailure, type Finding, type Properties } from '../resource-type.ts';
import { ServiceUtilization } from '../service-utilization.ts';

/** Answers a metric of the minute that is over; undefined where there was nothing to measure. */
export type Measure = () => Promise<number | undefined>;

/** What can be measured here: the statistic that it has, and its dimensions. */
const METRICS: Readonly<Record<string, { readonly statistic: 'Average' | 'Sum'; readonly dimensions: readonly string[] }>> = {
  'AWS/ECS CPUUtilization': { statistic: 'Average', dimensions: ['ClusterName', 'ServiceName'] },
  'AWS/ECS MemoryUtilization': { statistic: 'Average', dimensions: ['ClusterName', 'ServiceName'] },
  'AWS/ApplicationELB RequestCountPerTarget': { statistic: 'Sum', dimensions: ['TargetGroup'] },
};

/** What is not measured here. */
export function checkMetric(properties: Properties): Finding[] {
  const [namespace, name] = [textOf(properties['Namespace']), textOf(properties['MetricName'])];
  if (isUnresolved(properties['Namespace']) || isUnresolved(properties['MetricName'])) return [];
  const known = METRICS[`${namespace} ${name}`];
  if (known === undefined)
    return [
      unsupported(
        'MetricName',
        `metric ${name ?? 'without a name'} of ${namespace ?? 'no namespace'} is not measured here; ${Object.keys(METRICS).join(', ')} are`,
      ),
    ];
  const findings: Finding[] = [];
  const statistic = textOf(properties['Statistic']);
  if (statistic !== undefined && statistic !== known.statistic)
    findings.push(unsupported('Statistic', `statistic ${statistic} of ${name} is not measured here; ${known.statistic} is`));
  const given = new Set(listOf(properties['Dimensions']).map((dimension) => textOf(dimension['Name'])));
  const missing = known.dimensions.filter((dimension) => !given.has(dimension));
  if (missing.length > 0)
    findings.push(
      unsupported('Dimensions', `${name} is measured by ${known.dimensions.join(' and ')}; ${missing.join(', ')} is not given`),
    );
  return findings;
}

function unsupported(property: string, message: string): Finding {
  return { property, kind: 'unsupported', message };
}

/** What is accepted although it is not measured has no data. @throws ResourceFailure for what has nothing to measure */
export function createMeasure(account: Account, properties: Properties): Measure {
  if (checkMetric(properties).length > 0) return () => Promise.resolve(undefined);
  const reader = new PropertyReader(properties);
  const dimensions = new Map(reader.objects('Dimensions').map((dimension) => [dimension.string('Name'), dimension.string('Value')]));
  return reader.string('Namespace') === 'AWS/ECS'
    ? measureService(account, dimensions, reader.string('MetricName'))
    : measureRequests(account, dimensions.get('TargetGroup') ?? '');
}

function measureService(account: Account, dimensions: ReadonlyMap<string, string>, name: string): Measure {
  const path = `${dimensions.get('ClusterName')}/${dimensions.get('ServiceName')}`;
  const arn = `arn:${account.partition}:ecs:${account.region}:${account.id}:service/${path}`;
  if (account.directory.find('service', arn) === undefined) throw nothing(`service ${path}`);
  const utilization = new ServiceUtilization();
  return async () => {
    const usages = (await account.directory.find('service', arn)?.usage()) ?? [];
    const measured = utilization.look(usages, account.clock.monotonic());
    return name === 'CPUUtilization' ? measured?.cpu : measured?.memory;
  };
}

/** @param path `targetgroup/NAME/ID` */
function measureRequests(account: Account, path: string): Measure {
  const arn = `arn:${account.partition}:elasticloadbalancing:${account.region}:${account.id}:${path}`;
  if (account.directory.find('targetGroup', arn) === undefined) throw nothing(`target group ${path}`);
  const requests = new RequestsPerTarget();
  return () => {
    const group = account.directory.find('targetGroup', arn);
    return Promise.resolve(group === undefined ? undefined : requests.look(group, account.clock.monotonic()));
  };
}

function nothing(what: string): ResourceFailure {
  return new ResourceFailure(`There is no ${what} to measure; on AWS the alarm would stay INSUFFICIENT_DATA.`, {
    property: 'Dimensions',
    fix: 'Name it with Ref and GetAtt, so that it is created before.',
  });
}
