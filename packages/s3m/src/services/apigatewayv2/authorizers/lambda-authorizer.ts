import { callFunction, type CallOutcome } from '../../../gateway/call-function.ts';
import { parseInvocationUri } from '../../../gateway/function-target.ts';
import { createScrubber, maskIdentity, scrubAll } from '../../../gateway/mask-identity.ts';
import { resolveStageVariables } from '../../../gateway/stage-variables.ts';
import { evaluatePolicy } from '../../../policy/evaluate-policy.ts';
import { authorizerEvent1, authorizerEvent2 } from '../events/authorizer-event.ts';
import { forbidden, internalServerError, Refused, unauthorized } from '../failures.ts';
import type { HttpApiServices } from '../integrations/integration.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import type { LambdaAuthorizerDefinition } from './authorizer-definition.ts';
import { InvalidAuthorizerResult } from '../../../gateway/authorizer-answer.ts';
import { parseAuthorizerResult, type AuthorizerResult } from './authorizer-result.ts';
import type { Authorizer } from './authorizer.ts';
import { conditionKeys } from './condition-keys.ts';
import { compileIdentitySource, type IdentitySource } from './identity-source.ts';
import type { StageCaches } from './stage-caches.ts';

/** AG-573 */
const callLimitMs = 10_000;

/** A result with what the trace tells of it, secrets masked. */
export interface CachedResult {
  readonly result: AuthorizerResult;
  readonly shown: unknown;
  readonly shownStatements: readonly unknown[];
}

/** One request's call. */
interface Call {
  readonly request: HttpApiRequest;
  readonly routeArn: string;
  readonly identity: readonly string[];
  readonly masked: string;
  readonly scrub: (text: string) => string;
}

/** An authorizer of type REQUEST (AG-568 to AG-576). What it does not allow, or fails to say, is refused. */
export class LambdaAuthorizer implements Authorizer {
  readonly definition: LambdaAuthorizerDefinition;
  readonly #services: HttpApiServices;
  readonly #sources: readonly IdentitySource[];
  readonly #sourceArn: string;

  constructor(definition: LambdaAuthorizerDefinition, services: HttpApiServices) {
    const { partition, region, accountId, id } = services.api;
    this.definition = definition;
    this.#services = services;
    this.#sources = definition.identitySources.map((source) => compileIdentitySource(source)!);
    this.#sourceArn = `arn:${partition}:execute-api:${region}:${accountId}:${id}/authorizers/${definition.id}`; // AG-120, LMB-062
  }

  async authorize(request: HttpApiRequest, _scopes: readonly string[], caches: StageCaches): Promise<Refused | undefined> {
    const { id, name, identitySources, ttlSeconds } = this.definition;
    const identity: string[] = [];
    for (const source of this.#sources) {
      const found = source(request);
      if ('problem' in found) {
        request.trace.authorizer = { name, identity: '', cache: 'none' };
        return new Refused(unauthorized, `${found.problem}; the authorizer is not invoked`); // AG-571
      }
      identity.push(found.value);
    }
    const call = createCall(request, identity);
    const cache = ttlSeconds === 0 ? undefined : caches.of(id, identitySources.join(' '));
    const key = JSON.stringify(identity); // AG-575
    const { clock } = this.#services;
    const cached = cache?.find(key, clock.monotonic());
    if (cached !== undefined) {
      this.#show(call, 'hit', cached);
      return decide(call, cached);
    }
    const began = clock.monotonic();
    const outcome = await this.#invoke(call);
    const ended = clock.monotonic();
    request.trace.timings['authorizer'] = ended - began;
    if (outcome instanceof Refused) {
      this.#show(call, cache === undefined ? 'none' : 'miss', undefined, ended - began);
      return outcome;
    }
    cache?.keep(key, outcome.cached, ended + ttlSeconds * 1000, outcome.size);
    this.#show(call, cache === undefined ? 'none' : 'miss', outcome.cached, ended - began);
    return decide(call, outcome.cached);
  }

  async #invoke(call: Call): Promise<{ readonly cached: CachedResult; readonly size: number } | Refused> {
    const { request, scrub } = call;
    const { payloadFormat, uri, simpleResponses } = this.definition;
    const { directory, clock, api } = this.#services;
    const resolved = resolveStageVariables(uri, request.variables);
    const target = parseInvocationUri(resolved);
    if (target === undefined) return new Refused(internalServerError, `AuthorizerUri names no function: ${resolved}`);
    const event = (payloadFormat === '1.0' ? authorizerEvent1 : authorizerEvent2)(call);
    const result = await callFunction(directory, clock, {
      target,
      event: JSON.stringify(event),
      isJson: true,
      sourceArn: this.#sourceArn,
      accountId: api.accountId,
      credentials: this.definition.credentials,
      traceId: request.traceHeader,
      timeoutMs: callLimitMs,
    });
    if (result.kind === 'success' || result.kind === 'function-error') request.trace.logs.push(...result.logs.map(scrub));
    const payload = this.#payloadOf(result);
    if (payload instanceof Refused) return new Refused(payload.failure, scrub(payload.why));
    try {
      const parsed = parseAuthorizerResult(payload, simpleResponses);
      const statements = parsed.kind === 'policy' ? parsed.policy.statements : [];
      const shownStatements = statements.map((statement) => scrubAll(statement.source, scrub));
      return { cached: { result: parsed, shown: scrubAll(parsed.source, scrub), shownStatements }, size: payload.length };
    } catch (error) {
      if (error instanceof InvalidAuthorizerResult) return new Refused(internalServerError, scrub(error.message));
      throw error;
    }
  }

  /** AG-572: an exception that says exactly `Unauthorized` is 401 in format 1.0. */
  #payloadOf(result: CallOutcome): string | Refused {
    if (result.kind === 'no-function') return new Refused(internalServerError, "There is no such function as the authorizer's");
    if (result.kind === 'timed-out') return new Refused(internalServerError, `The authorizer did not answer within ${callLimitMs} ms`); // AG-573
    if (result.kind === 'success') return result.payload;
    if (result.kind === 'refused')
      return new Refused(internalServerError, `Lambda refused the call: ${result.status} ${result.code}: ${result.message}`);
    if (result.errorMessage === 'Unauthorized' && this.definition.payloadFormat === '1.0')
      return new Refused(unauthorized, 'The authorizer threw "Unauthorized"');
    return new Refused(internalServerError, `The authorizer failed: ${result.errorType}: ${result.errorMessage}`);
  }

  #show(
    { request, masked, routeArn, scrub }: Call,
    cache: 'hit' | 'miss' | 'none',
    cached: CachedResult | undefined,
    durationMs?: number,
  ): void {
    request.trace.authorizer = {
      name: this.definition.name,
      identity: masked,
      cache,
      ...(durationMs === undefined
        ? {}
        : { durationMs, event: { type: 'REQUEST', version: this.definition.payloadFormat, routeArn: scrub(routeArn) } }),
      ...(cached === undefined ? {} : { result: cached.shown }),
    };
  }
}

function createCall(request: HttpApiRequest, identity: readonly string[]): Call {
  const { api, stage, method, path } = request;
  const scrubbers = identity.map((value) => createScrubber(value));
  return {
    request,
    identity,
    routeArn: `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.id}/${stage}/${method}${path}`, // AG-568
    masked: identity.map((value) => maskIdentity(value)).join(', '),
    scrub: (text) => scrubbers.reduce((rest, scrub) => scrub(rest), text),
  };
}

/** What is kept is a result, not a decision: a policy is evaluated for each request. */
function decide({ request, routeArn, scrub }: Call, { result, shownStatements }: CachedResult): Refused | undefined {
  const { trace } = request;
  if (result.kind === 'simple') {
    if (!result.isAuthorized) return new Refused(forbidden, 'The authorizer answered isAuthorized: false'); // AG-571
    request.caller = { kind: 'lambda', principalId: undefined, context: result.context };
    return undefined;
  }
  const decision = evaluatePolicy(result.policy, { action: 'execute-api:Invoke', resource: routeArn, keys: conditionKeys(request) });
  const missed = decision.decision === 'implicit-deny' ? decision.nearMiss?.why : undefined;
  const nearMiss = missed === undefined ? undefined : scrub(missed);
  trace.authorizer = {
    ...trace.authorizer!,
    ...(decision.statement === undefined ? {} : { policyStatement: shownStatements[decision.statement.index] }),
    ...(nearMiss === undefined ? {} : { nearMiss }),
  };
  if (decision.decision === 'explicit-deny') return new Refused(forbidden, "A Deny of the authorizer's policy covers the route"); // AG-571
  if (decision.decision === 'implicit-deny') return new Refused(forbidden, nearMiss ?? "The authorizer's policy has no Allow");
  request.caller = { kind: 'lambda', principalId: result.principalId, context: result.context };
  return undefined;
}
