import { rangeHolds, tryParseAddress, tryParseRange, type Ipv4Range } from '../../../network/ipv4.ts';
import { headerValues } from '../../../http/message.ts';
import type { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure } from '../../resource-type.ts';
import type { BalancedRequest } from './balanced-request.ts';
import { WildcardPattern } from './wildcard-pattern.ts';

/** Whether a request is one for a rule. */
export type RuleCondition = (request: BalancedRequest) => boolean;

export const conditionFields: readonly string[] = [
  'host-header',
  'path-pattern',
  'http-header',
  'http-request-method',
  'query-string',
  'source-ip',
];

/**
 * Reads a condition of a listener rule (ELBv2 API, RuleCondition). Any of its values will do. In patterns `*` is any run of characters and `?`
 * one character; paths are compared with case, hosts, headers and queries without.
 * @throws ResourceFailure
 */
export function parseCondition(condition: PropertyReader): RuleCondition {
  const field = condition.string('Field');
  switch (field) {
    case 'host-header': {
      const hosts = patterns(values(condition, 'HostHeaderConfig'), 'i');
      return ({ host }) => hosts.some((pattern) => pattern.test(host));
    }
    case 'path-pattern': {
      const paths = patterns(values(condition, 'PathPatternConfig'), '');
      return ({ path }) => paths.some((pattern) => pattern.test(path));
    }
    case 'http-header': {
      const name = condition.object('HttpHeaderConfig')?.string('HttpHeaderName') ?? '';
      const wanted = patterns(values(condition, 'HttpHeaderConfig'), 'i');
      return ({ headers }) => headerValues(headers, name).some((value) => wanted.some((pattern) => pattern.test(value)));
    }
    case 'http-request-method': {
      const methods = new Set(values(condition, 'HttpRequestMethodConfig'));
      return ({ method }) => methods.has(method);
    }
    case 'query-string':
      return parseQueryCondition(condition);
    case 'source-ip': {
      const ranges = values(condition, 'SourceIpConfig').map(parseSource);
      return ({ client }) => {
        const address = tryParseAddress(client.address);
        return address !== undefined && ranges.some((range) => range !== undefined && rangeHolds(range, address));
      };
    }
    default:
      throw new ResourceFailure(`Condition field '${field}' must be one of '[${conditionFields.join(', ')}]'`, { property: 'Conditions' });
  }
}

function parseQueryCondition(condition: PropertyReader): RuleCondition {
  const pairs = (condition.object('QueryStringConfig')?.objects('Values') ?? []).map((pair) => {
    const key = pair.optionalString('Key');
    return { key: key === undefined ? undefined : new WildcardPattern(key, 'i'), value: new WildcardPattern(pair.string('Value'), 'i') };
  });
  return ({ query }) =>
    query.some(([name, value]) => pairs.some((pair) => (pair.key === undefined || pair.key.test(name)) && pair.value.test(value)));
}

/** The newer `XConfig: {Values}`, or for hosts and paths the older `Values`. */
function values(condition: PropertyReader, config: string): readonly string[] {
  const own = condition.object(config)?.strings('Values') ?? condition.strings('Values');
  if (own.length > 0) return own;
  throw new ResourceFailure('A condition value must be specified', { property: 'Conditions' });
}

/** An IPv6 range admits nobody here. */
function parseSource(text: string): Ipv4Range | undefined {
  if (text.includes(':')) return undefined;
  const range = tryParseRange(text);
  if (range === undefined)
    throw new ResourceFailure(`Source IP condition value '${text}' must be in CIDR format`, { property: 'Conditions' });
  return range;
}

function patterns(texts: readonly string[], flags: '' | 'i'): readonly WildcardPattern[] {
  return texts.map((text) => new WildcardPattern(text, flags));
}
