import { scrubAll } from '../../../gateway/mask-identity.ts';
import { evaluatePolicy, type PolicyDecision } from '../../../policy/evaluate-policy.ts';
import type { Authorization } from '../access/authorization.ts';
import { methodArnLength, methodArnOf } from '../access/method-arn.ts';
import { conditionKeys } from '../condition-keys.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { authorizerConfigurationError, explicitDeny, implicitDeny, methodArnTooLong, Refused, unauthorized } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { traceAuthorizer, type Passage } from '../passage.ts';
import type { AuthorizerCache, CachedResult } from './authorizer-cache.ts';
import type { Authorizer, AuthorizerName } from './authorizer-definition.ts';
import { createIdentityScrubber, maskIdentities, type Identity } from './identity.ts';
import { LambdaCall } from './lambda-call.ts';
import type { LambdaSettings } from './lambda-settings.ts';
import { maxResourceArn, SharedPolicies } from './shared-policies.ts';

/** Bytes of the ARN of a method with an authorizer (AG-091, AG-433). */
const maxMethodArn = 1600;

/** How a type of Lambda authorizer reads a request. */
export interface LambdaInput {
  /** The identity sources, in order. */
  readonly keyParts: string;
  readIdentity(request: GatewayRequest): Identity;
  createEvent(passage: Passage, values: readonly string[], methodArn: string): object;
  /** The event without secrets, for the trace. `scrub` takes the identity out of a text. */
  showEvent(event: object, scrub: (text: string) => string): unknown;
}

interface Call {
  readonly key: string;
  readonly values: readonly string[];
  readonly cache: AuthorizerCache | undefined;
}

/** An authorizer that asks a function (areas D to H). Allows, denies, or leaves it to the API's resource policy (AG-169). */
export class LambdaAuthorizer implements Authorizer, Authorization {
  readonly type = 'CUSTOM';
  readonly definition: AuthorizerName;
  readonly cacheKeyParts: string;
  readonly #settings: LambdaSettings;
  readonly #input: LambdaInput;
  readonly #call: LambdaCall;
  readonly #policies = new SharedPolicies();

  constructor(definition: AuthorizerName, settings: LambdaSettings, input: LambdaInput, services: DeploymentServices) {
    this.definition = definition;
    this.cacheKeyParts = input.keyParts;
    this.#settings = settings;
    this.#input = input;
    this.#call = new LambdaCall(definition, settings, services);
  }

  authorizationFor(): Authorization {
    return this;
  }

  /** Asks the function, or the cache, and evaluates the policy for this very request (AG-109). */
  authorize(passage: Passage): Refused | undefined | Promise<Refused | undefined> {
    const { request, stage } = passage;
    const identity = this.#input.readIdentity(request);
    if (identity.kind === 'refused') {
      traceAuthorizer(request, { name: this.definition.name, identity: maskIdentities(identity.values), cache: 'none' });
      return new Refused(unauthorized, `${identity.why}; the authorizer is not invoked`);
    }
    const length = methodArnLength(passage);
    if (length > maxMethodArn) return new Refused(methodArnTooLong, `The method's ARN has ${length} bytes, ${maxMethodArn} are allowed`);
    const cache = this.#settings.ttlSeconds === 0 ? undefined : stage!.cacheOf(this);
    const call: Call = { key: identity.key, values: identity.values, cache };
    const cached = cache?.find(identity.key, request.startedAt);
    if (cached === undefined) return this.#invoke(passage, call);
    request.authorizerLatencyMs = 0;
    return this.#decide(passage, call, cached, 'hit');
  }

  /** Each request that finds nothing kept invokes the function itself, as on AWS; none waits for another's result (AG-119). */
  async #invoke(passage: Passage, call: Call): Promise<Refused | undefined> {
    const { request } = passage;
    const { values, cache } = call;
    const { id, name } = this.definition;
    const { clock } = request.api;
    const masked = maskIdentities(values);
    const scrub = createIdentityScrubber(values);
    const generation = cache?.generation;
    const event = this.#input.createEvent(passage, values, methodArnOf(passage));
    const began = clock.monotonic();
    request.identity = values.join(', ');
    request.trace.logs.push(`Starting authorizer: ${id} for request: ${request.id}`); // AG-912
    const outcome = await this.#call.invoke(event, request.variables);
    const ended = clock.monotonic();
    request.authorizerLatencyMs = Math.round(ended - began);
    request.trace.timings['authorizer'] = ended - began;
    request.trace.logs.push(...outcome.logs.map(scrub));
    traceAuthorizer(request, {
      name,
      identity: masked,
      cache: cache === undefined ? 'none' : 'miss',
      event: this.#input.showEvent(event, scrub),
      durationMs: ended - began,
    });
    switch (outcome.kind) {
      case 'unauthorized':
        request.trace.logs.push(`Unauthorized request: ${request.id}`);
        return new Refused(unauthorized, 'The authorizer threw "Unauthorized"'); // not kept: AG-117
      case 'failed':
        request.trace.logs.push(`Execution failed due to configuration error: ${outcome.error}`);
        return new Refused(authorizerConfigurationError, scrub(outcome.why));
      case 'result': {
        const { result } = outcome;
        const { usageIdentifierKey: apiKey } = result;
        // An API key is a secret too.
        const scrubResult = apiKey === undefined ? scrub : createIdentityScrubber([...values, apiKey]);
        const policy = this.#policies.share(result.policy, result.source['policyDocument']);
        const cached: CachedResult = {
          context: result.context,
          usageIdentifierKey: apiKey,
          policy,
          identity: masked,
          shown: scrubAll({ ...result.source, policyDocument: policy.source }, scrubResult),
          shownStatements: scrubAll(policy.statementSources, scrubResult),
          hit: undefined,
          decided: undefined,
        };
        if (cache !== undefined && cache.generation === generation) {
          cache.keep(call.key, cached, ended + this.#settings.ttlSeconds * 1000, outcome.payloadSize); // AG-118
        }
        return this.#decide(passage, call, cached, cache === undefined ? 'none' : 'miss');
      }
    }
  }

  /** What is kept is a policy, not a decision: one returned for `GET /a` alone denies `GET /b` (AG-112). */
  #decide(passage: Passage, call: Call, cached: CachedResult, cache: 'hit' | 'miss' | 'none'): Refused | undefined {
    const { request } = passage;
    const { policy } = cached;
    const decision = evaluate(cached, passage);
    const { statement } = decision;
    const policyStatement = statement === undefined ? undefined : cached.shownStatements[statement.index];
    const missed = decision.decision === 'implicit-deny' ? decision.nearMiss?.why : undefined;
    const nearMiss = missed === undefined ? undefined : createIdentityScrubber(call.values)(missed);
    const told = cache === 'hit' && statement !== undefined && cached.hit?.policyStatement === policyStatement ? cached.hit : undefined;
    const facts = told ?? {
      name: this.definition.name,
      identity: cached.identity,
      cache,
      result: cached.shown,
      ...(statement === undefined ? {} : { policyStatement }),
      ...(nearMiss === undefined ? {} : { nearMiss }),
    };
    if (cache === 'hit' && statement !== undefined) cached.hit = facts;
    traceAuthorizer(request, facts);
    // Also for a denial: its gateway response may print the context (AG-150).
    request.authorizer = cached.context;
    request.authorizerPolicy = policy.document;
    request.usageIdentifierKey = cached.usageIdentifierKey;
    if (decision.decision === 'explicit-deny') return new Refused(explicitDeny, "A Deny of the authorizer's policy covers the method");
    if (policy.tooLong)
      return new Refused(implicitDeny, `The authorizer's policy has a Resource of more than ${maxResourceArn} characters`);
    if (decision.decision === 'implicit-deny')
      passage.unallowed = new Refused(implicitDeny, nearMiss ?? "The authorizer's policy has no Allow");
    return undefined;
  }
}

/** A policy without conditions and variables says the same to a method each time; what it said is kept for the method that was called last. */
function evaluate(cached: CachedResult, passage: Passage): PolicyDecision {
  const { request, stage } = passage;
  const { shown } = request.facts;
  const { decided } = cached;
  if (decided !== undefined && decided.path === shown.path && decided.verb === shown.verb && decided.prefix === stage!.arnPrefix)
    return decided.decision;
  const decision = evaluatePolicy(cached.policy.document, {
    action: 'execute-api:Invoke',
    resource: methodArnOf(passage),
    keys: conditionKeys(request),
  });
  if (cached.policy.unconditional) {
    // Texts of their own: the target may hold a token.
    cached.decided = { prefix: stage!.arnPrefix, verb: shown.verb, path: shown.path, decision };
  }
  return decision;
}
