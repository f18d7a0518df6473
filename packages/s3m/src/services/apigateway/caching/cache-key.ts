import { isObject, isUnresolved } from '../../known-value.ts';
import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import { queryValues } from '../../../gateway/query-string.ts';
import { headerValues } from '../../../http/message.ts';
import { invalid } from '../finding.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { MappingProblem } from '../mapping-problem.ts';
import { compileSource } from '../parameter-source.ts';

/** What tells one request to a method from another, for the response cache (AG-449). */
export interface CacheKeyRules {
  /** The resource's id where none is given (AG-520). */
  readonly namespace: string | undefined;
  /** Mapping expressions of the parameters that count: `method.request.querystring.city`. */
  readonly parameters: readonly string[];
}

/** Undefined for a method without an integration. */
export function parseCacheKey(integration: PropertyReader | undefined): CacheKeyRules {
  const mappings = integration?.stringMap('RequestParameters') ?? {};
  const named = integration?.strings('CacheKeyParameters') ?? [];
  return {
    namespace: integration?.optionalString('CacheNamespace'),
    // `integration.request.header.x` stands for what is mapped to it.
    parameters: named.map((name) => mappings[name] ?? name),
  };
}

/** A parameter of the key must be declared by the method, or mapped. */
export function checkCacheKey({ Integration: integration, RequestParameters: declared }: Properties): Finding[] {
  if (!isObject(integration) || !Array.isArray(integration['CacheKeyParameters'])) return [];
  const known = new Set([declared, integration['RequestParameters']].flatMap((map) => (isObject(map) ? Object.keys(map) : [])));
  return integration['CacheKeyParameters'].flatMap((name, index) =>
    typeof name !== 'string' || isUnresolved(name) || known.has(name)
      ? []
      : [
          invalid(
            `Integration.CacheKeyParameters[${index}]`,
            'Invalid cache key parameter specified',
            `Declare ${name} in the method's RequestParameters.`,
          ),
        ],
  );
}

/** @throws MappingProblem */
export function compileCacheKey(rules: CacheKeyRules, resourceId: string): (request: GatewayRequest) => string {
  const namespace = rules.namespace ?? resourceId;
  const parts = rules.parameters.map(compilePart);
  const names = rules.parameters.join(' ');
  // As JSON, no value can pass for two.
  return (request) => JSON.stringify([namespace, request.verb, names, ...parts.map((part) => part(request) ?? null)]);
}

/** All values of a header or query parameter count, or what a backend makes of the first would be kept for who sends the last alone. */
function compilePart(expression: string): (request: GatewayRequest) => unknown {
  if (expression.startsWith('method.request.body'))
    throw new MappingProblem('unsupported', `Values of the body are not simulated as parts of a cache key: ${expression}`);
  const source = compileSource(expression);
  const [, place, name] = /^method\.request\.(?:multivalue)?(header|querystring)\.(.+)$/.exec(expression) ?? [];
  if (name === undefined) return source;
  return place === 'header' ? ({ headers }) => headerValues(headers, name) : ({ target }) => queryValues(target.query, name);
}
