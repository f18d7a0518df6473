import { namesRequest } from '../gateway/access-log-format.ts';
import { isObject, isUnresolved } from './known-value.ts';
import type { PropertyReader } from './property-reader.ts';
import { ResourceFailure, type Finding, type Value } from './resource-type.ts';

/** Where a stage's access log is written to, and how (AG-525). */
export interface AccessLogSettings {
  /** Name of the log group. */
  readonly group: string;
  readonly format: string;
}

/** @param property `AccessLogSetting` of REST APIs, `AccessLogSettings` of HTTP APIs */
export function checkAccessLog(setting: Value | undefined, property: string): Finding[] {
  if (!isObject(setting)) return [];
  const { DestinationArn: arn, Format: format } = setting;
  const findings: Finding[] = [];
  if (typeof arn === 'string' && !isUnresolved(arn)) {
    const at = `${property}.DestinationArn`;
    if (/^arn:[^:]+:firehose:/.test(arn)) {
      findings.push({ property: at, kind: 'unsupported', message: 'Firehose is not simulated', fix: 'Name a log group.' });
    } else if (groupOf(arn) === undefined) {
      findings.push({ property: at, kind: 'invalid', message: `Invalid ARN specified in the request: ${arn}` });
    }
  }
  if (typeof format === 'string' && !format.includes('unresolved:') && !namesRequest(format)) {
    findings.push({
      property: `${property}.Format`,
      kind: 'invalid',
      message: 'Access Log format must contain at least one of $context.requestId or $context.extendedRequestId',
      fix: 'Add $context.requestId.',
    });
  }
  return findings;
}

/** Undefined without a destination. */
export function parseAccessLog(reader: PropertyReader | undefined, property: string): AccessLogSettings | undefined {
  const arn = reader?.optionalString('DestinationArn');
  if (arn === undefined) return undefined;
  const group = groupOf(arn);
  if (group === undefined) {
    throw new ResourceFailure(`Invalid ARN specified in the request: ${arn}`, { property: `${property}.DestinationArn` });
  }
  // One line a request (AG-470).
  return { group, format: reader!.string('Format').replaceAll(/\r?\n/g, '') };
}

/** GetAtt gives a group's ARN with `:*`. */
function groupOf(arn: string): string | undefined {
  return /^arn:[^:]+:logs:[^:]*:\d*:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1];
}
