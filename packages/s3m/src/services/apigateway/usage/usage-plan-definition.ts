import { entriesOf, isObject, isUnresolved, listOf } from '../../known-value.ts';
import { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import { invalid } from '../finding.ts';
import type { QuotaDefinition } from './quota.ts';
import type { RequestLimit } from '../../../gateway/token-bucket.ts';

/** A stage that a usage plan is for. */
export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** By `/path/VERB` (AG-533). */
  readonly throttle: ReadonlyMap<string, RequestLimit>;
}

/** `AWS::ApiGateway::UsagePlan`, as the template gives it (AG-533). */
export interface UsagePlanDefinition {
  readonly stages: readonly PlanStage[];
  readonly throttle: RequestLimit | undefined;
  readonly quota: QuotaDefinition | undefined;
}

/** @throws ResourceFailure */
export function parseUsagePlan(properties: Properties): UsagePlanDefinition {
  const reader = new PropertyReader(properties);
  const quota = reader.object('Quota');
  return {
    stages: reader.objects('ApiStages').map((stage) => ({
      apiId: stage.string('ApiId'),
      stage: stage.string('Stage'),
      throttle: parseThrottles(stage),
    })),
    throttle: parseLimit(reader.object('Throttle')),
    quota:
      quota === undefined
        ? undefined
        : {
            limit: quota.integer('Limit'),
            period: quota.oneOf('Period', ['DAY', 'WEEK', 'MONTH']),
            offset: quota.integer('Offset', 0),
          },
  };
}

function parseThrottles(stage: PropertyReader): ReadonlyMap<string, RequestLimit> {
  const limits = new Map<string, RequestLimit>();
  const map = stage.object('Throttle');
  for (const [key] of entriesOf(stage.raw('Throttle'))) {
    const limit = parseLimit(map?.object(key));
    if (limit !== undefined) limits.set(key, limit);
  }
  return limits;
}

/** Without a rate or a burst nothing bounds the one that is missing. */
export function parseLimit(reader: PropertyReader | undefined): RequestLimit | undefined {
  if (reader === undefined || (!reader.has('RateLimit') && !reader.has('BurstLimit'))) return undefined;
  return { rate: reader.number('RateLimit', Number.MAX_SAFE_INTEGER), burst: reader.integer('BurstLimit', Number.MAX_SAFE_INTEGER) };
}

/** How far the first day of a period can be moved. */
const offsets: Readonly<Record<string, { readonly most: number; readonly message: string }>> = {
  DAY: { most: 0, message: 'Usage Plan quota offset must be zero in the DAY period' },
  WEEK: { most: 6, message: 'Usage Plan quota offset must be between zero and six inclusive in the WEEK period' },
  MONTH: { most: 27, message: 'Usage Plan quota offset must be between zero and 27 inclusive in the MONTH period' },
};

export function checkUsagePlan(properties: Properties): readonly Finding[] {
  return [...checkQuota(properties['Quota']), ...checkThrottles(properties)];
}

function checkQuota(quota: Properties[string] | undefined): Finding[] {
  if (!isObject(quota)) return [];
  const { Period: period, Limit: limit, Offset: offset = 0 } = quota;
  const findings: Finding[] = [];
  if (limit === undefined) findings.push(invalid('Quota.Limit', 'Usage Plan quota limit must be specified'));
  if (isUnresolved(period)) return findings;
  const allowed = offsets[String(period)];
  if (allowed === undefined) findings.push(invalid('Quota.Period', 'Usage Plan quota period must be one of DAY, WEEK and MONTH'));
  else if (!isUnresolved(offset) && !(Number(offset) >= 0 && Number(offset) <= allowed.most))
    findings.push(invalid('Quota.Offset', allowed.message));
  return findings;
}

/** `/pets/GET`, `/pets/{id}/ANY` */
function checkThrottles(properties: Properties): Finding[] {
  return listOf(properties['ApiStages']).flatMap((stage, index) =>
    entriesOf(stage['Throttle'])
      .filter(([key]) => !/^\/(?:.*\/)?[A-Z]+$/.test(key))
      .map(([key]) =>
        invalid(`ApiStages[${index}].Throttle.${key}`, `Invalid method path ${key}`, 'Write the path, a slash and the verb: /pets/GET.'),
      ),
  );
}
