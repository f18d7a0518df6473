import { createHash } from 'node:crypto';
import { isUnresolved } from '../../known-value.ts';
import { ResourceFailure, type Finding, type Properties } from '../../resource-type.ts';
import { invalid } from '../finding.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Passage } from '../passage.ts';
import type { AuthorizerKind } from './authorizer-definition.ts';
import { tryIdentitySources, type IdentitySource } from './identity-source.ts';
import type { Identity } from './identity.ts';
import { LambdaAuthorizer, type LambdaInput } from './lambda-authorizer.ts';
import { checkLambdaSettings, parseLambdaSettings, type LambdaSettings } from './lambda-settings.ts';
import { createRequestEvent, showRequestEvent, type RequestEvent } from './request-event.ts';

interface RequestSettings extends LambdaSettings {
  /** As the template has them, in order: `method.request.header.Authorization`, `context.identity.sourceIp`. */
  readonly sources: readonly string[];
}

/** A function that is given the whole request but its body (area E). `IdentityValidationExpression` plays no part (AG-085). */
export const request: AuthorizerKind = {
  type: 'REQUEST',
  check: (properties) => [...checkLambdaSettings(properties), ...checkSources(properties)],
  parse: (name, reader) => {
    const list = reader.optionalString('IdentitySource') ?? '';
    const sources = tryIdentitySources(list);
    if (sources === undefined) throw new ResourceFailure(`Invalid Authorizer IdentitySource: ${list}`, { property: 'IdentitySource' });
    const settings: RequestSettings = { ...parseLambdaSettings(reader), sources: sources.map(({ expression }) => expression) };
    if (settings.ttlSeconds > 0 && sources.length === 0) {
      throw new ResourceFailure(sourcesWanted, { property: 'IdentitySource', fix: sourcesFix });
    }
    return { ...name, settings, compile: (services) => new LambdaAuthorizer(name, settings, new RequestInput(sources), services) };
  },
};

/** AG-103 */
const sourcesWanted = 'Invalid Authorizer IdentitySource. An identity source is required when authorization caching is enabled';
const sourcesFix = 'Name at least one source, or set AuthorizerResultTtlInSeconds to 0.';

function checkSources({ IdentitySource: list, AuthorizerResultTtlInSeconds: ttl }: Properties): Finding[] {
  if (isUnresolved(list)) return [];
  const sources = tryIdentitySources(String(list ?? ''));
  if (sources === undefined) {
    return [
      invalid(
        'IdentitySource',
        `Invalid Authorizer IdentitySource: ${String(list)}`, // AG-101, AG-102
        'Use method.request.header.NAME, method.request.querystring.NAME, stageVariables.NAME and context.NAME, with commas between them.',
      ),
    ];
  }
  return sources.length === 0 && !isUnresolved(ttl) && Number(ttl ?? 300) !== 0
    ? [invalid('IdentitySource', sourcesWanted, sourcesFix)]
    : [];
}

class RequestInput implements LambdaInput {
  readonly keyParts: string;
  readonly #sources: readonly IdentitySource[];

  constructor(sources: readonly IdentitySource[]) {
    this.keyParts = sources.map(({ expression }) => expression).join(',');
    this.#sources = sources;
  }

  /** Every source must be there, whatever the lifetime of results (AG-104, AG-905); without sources everybody is let on to the function (AG-106). */
  readIdentity(gatewayRequest: GatewayRequest): Identity {
    const values: string[] = [];
    const missing: string[] = [];
    const repeated: string[] = [];
    for (const { expression, read } of this.#sources) {
      const found = read(gatewayRequest);
      if (found.length > 1) repeated.push(expression);
      if (found[0] === undefined || found[0] === '') missing.push(expression);
      values.push(...found);
    }
    // As for TOKEN: which of them the function and the backend would go by is anybody's guess.
    if (repeated.length > 0) return { kind: 'refused', values, why: `More than one value for ${repeated.join(', ')}` };
    if (missing.length > 0) return { kind: 'refused', values, why: `No value for ${missing.join(', ')}` };
    return { kind: 'found', key: keyOf(values), values };
  }

  createEvent(passage: Passage, _: readonly string[], methodArn: string): object {
    return createRequestEvent(passage, methodArn);
  }

  showEvent(event: object, scrub: (text: string) => string): unknown {
    return showRequestEvent(event as RequestEvent, scrub);
  }
}

/** All values, in order, and nothing else (AG-110). */
function keyOf(values: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}
