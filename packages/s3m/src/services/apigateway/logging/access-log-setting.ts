import { isObject, isUnresolved } from '../../known-value.ts';
import type { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure, type Finding, type Value } from '../../resource-type.ts';
import { invalid, unsupported } from '../finding.ts';
import { namesRequest } from './access-log-format.ts';
import type { AccessLogSettings } from './stage-logs.ts';

const property = 'AccessLogSetting.DestinationArn';

export function checkAccessLog(setting: Value | undefined): Finding[] {
  if (!isObject(setting)) return [];
  const { DestinationArn: arn, Format: format } = setting;
  const findings: Finding[] = [];
  if (typeof arn === 'string' && !isUnresolved(arn)) {
    if (/^arn:[^:]+:firehose:/.test(arn)) findings.push(unsupported(property, 'Firehose is not simulated', 'Name a log group.'));
    else if (groupOf(arn) === undefined) findings.push(invalid(property, `Invalid ARN specified in the request: ${arn}`));
  }
  if (typeof format === 'string' && !format.includes('unresolved:') && !namesRequest(format)) {
    // AG-470
    findings.push(
      invalid(
        'AccessLogSetting.Format',
        'Access Log format must contain at least one of $context.requestId or $context.extendedRequestId',
        'Add $context.requestId.',
      ),
    );
  }
  return findings;
}

/** Undefined without a destination. */
export function parseAccessLog(reader: PropertyReader | undefined): AccessLogSettings | undefined {
  const arn = reader?.optionalString('DestinationArn');
  if (arn === undefined) return undefined;
  const group = groupOf(arn);
  if (group === undefined) throw new ResourceFailure(`Invalid ARN specified in the request: ${arn}`, { property });
  // One line a request (AG-470).
  return { group, format: reader!.string('Format').replaceAll(/\r?\n/g, '') };
}

/** GetAtt gives a group's ARN with `:*`. */
function groupOf(arn: string): string | undefined {
  return /^arn:[^:]+:logs:[^:]*:\d*:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1];
}
