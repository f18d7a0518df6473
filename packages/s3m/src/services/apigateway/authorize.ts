import { headerValues } from '../../http/message.ts';
import { evaluatePolicy } from '../../policy/evaluate-policy.ts';
import type { AuthorizerCache, CachedResult } from './authorizer-cache.ts';
import { conditionKeys } from './condition-keys.ts';
import { authorizerConfigurationError, explicitDeny, implicitDeny, methodArnTooLong, Refused, unauthorized } from './failures.ts';
import type { Outcome } from './integration.ts';
import type { LambdaAuthorizer } from './lambda-authorizer.ts';
import { createScrubber, maskIdentity, scrubAll } from '../../gateway/mask-identity.ts';
import { traceAuthorizer, type Passage, type Step } from './passage.ts';

/** Bytes of the ARN of a method with an authorizer (AG-091, AG-433). */
const maxMethodArn = 1600;
/** Characters of a Resource in an authorizer's policy (AG-149). */
const maxResourceArn = 512;

/** Asks the method's authorizer, or its cache, and evaluates the policy for this very request (AG-109). */
export const authorize: Step = (passage) => {
  const { request, stage, method } = passage;
  const authorizer = method!.authorizer;
  if (authorizer === undefined) return undefined;
  const { name, header, ttlSeconds } = authorizer.definition;
  const values = headerValues(request.headers, header);
  // Two values: which one the authorizer would see, and which one the backend, is anybody's guess.
  const problem =
    values.length > 1
      ? `There are ${values.length} headers ${header}; one is wanted`
      : values[0] === undefined || values[0] === ''
        ? `There is no header ${header}` // AG-080, AG-081
        : authorizer.accepts(values[0])
          ? undefined
          : `The header ${header} does not match ${authorizer.definition.validation}`; // AG-082
  if (problem !== undefined) {
    const identity = values[0] === undefined || values[0] === '' ? '' : maskIdentity(values[0]);
    traceAuthorizer(request, { name, identity, cache: 'none' });
    return new Refused(unauthorized, `${problem}; the authorizer is not invoked`);
  }
  const identity = values[0]!;
  const methodArn = `${stage!.arnPrefix}${request.verb}${request.target.path}`; // AG-087 to AG-090
  if (methodArn.length > maxMethodArn)
    return new Refused(methodArnTooLong, `The method's ARN has ${methodArn.length} bytes, ${maxMethodArn} are allowed`);
  const cache = ttlSeconds === 0 ? undefined : stage!.cacheOf(authorizer);
  const cached = cache?.find(identity, request.api.clock.monotonic());
  if (cached !== undefined) {
    return decide(passage, authorizer, { identity, methodArn, cache }, cached, 'hit');
  }
  return invoke(passage, authorizer, { identity, methodArn, cache });
};

interface Call {
  readonly identity: string;
  readonly methodArn: string;
  readonly cache: AuthorizerCache | undefined;
}

/** Each request that finds nothing kept invokes the function itself, as on AWS; none waits for another's result (AG-119). */
async function invoke(passage: Passage, authorizer: LambdaAuthorizer, { identity, methodArn, cache }: Call): Promise<Outcome | undefined> {
  const { request } = passage;
  const { definition } = authorizer;
  const { clock } = request.api;
  const masked = maskIdentity(identity);
  const scrub = createScrubber(identity);
  const generation = cache?.generation;
  const began = clock.monotonic();
  request.trace.logs.push(`Starting authorizer: ${definition.id} for request: ${request.id}`);
  const outcome = await authorizer.invoke(identity, methodArn, request.variables);
  const ended = clock.monotonic();
  request.trace.timings['authorizer'] = ended - began;
  request.trace.logs.push(...outcome.logs.map(scrub));
  traceAuthorizer(request, {
    name: definition.name,
    identity: masked,
    cache: cache === undefined ? 'none' : 'miss',
    event: { type: 'TOKEN', authorizationToken: masked, methodArn: scrub(methodArn) },
    durationMs: ended - began,
  });
  switch (outcome.kind) {
    case 'unauthorized':
      request.trace.logs.push(`Unauthorized request: ${request.id}`);
      return new Refused(unauthorized, 'The authorizer threw "Unauthorized"'); // not kept: AG-117
    case 'failed':
      request.trace.logs.push('Execution failed due to configuration error: Authorizer error');
      return new Refused(authorizerConfigurationError, scrub(outcome.why));
    case 'result': {
      const { result } = outcome;
      const cached: CachedResult = {
        result,
        identity: masked,
        shown: scrubAll(result.source, scrub),
        shownStatements: result.policy.statements.map((statement) => scrubAll(statement.source, scrub)),
      };
      if (cache !== undefined && cache.generation === generation) {
        cache.keep(identity, cached, ended + definition.ttlSeconds * 1000, outcome.payloadSize); // AG-118
      }
      return decide(passage, authorizer, { identity, methodArn, cache }, cached, cache === undefined ? 'none' : 'miss');
    }
  }
}

/** What is kept is a policy, not a decision: one returned for `GET /a` alone denies `GET /b` (AG-112). */
function decide(
  { request }: Passage,
  { definition }: LambdaAuthorizer,
  { identity, methodArn }: Call,
  { result, identity: masked, shown, shownStatements }: CachedResult,
  cache: 'hit' | 'miss' | 'none',
): Refused | undefined {
  const decision = evaluatePolicy(result.policy, { action: 'execute-api:Invoke', resource: methodArn, keys: conditionKeys(request) });
  const { statement } = decision;
  const missed = decision.decision === 'implicit-deny' ? decision.nearMiss?.why : undefined;
  const nearMiss = missed === undefined ? undefined : createScrubber(identity)(missed);
  traceAuthorizer(request, {
    name: definition.name,
    identity: masked,
    cache,
    result: shown,
    ...(statement === undefined ? {} : { policyStatement: shownStatements[statement.index] }),
    ...(nearMiss === undefined ? {} : { nearMiss }),
  });
  if (decision.decision === 'explicit-deny') return new Refused(explicitDeny, "A Deny of the authorizer's policy covers the method");
  if (decision.decision === 'implicit-deny') return new Refused(implicitDeny, nearMiss ?? "The authorizer's policy has no Allow");
  const long = result.policy.statements.some(({ resources }) => resources?.patterns.some(({ length }) => length > maxResourceArn));
  if (long) return new Refused(implicitDeny, `The authorizer's policy has a Resource of more than ${maxResourceArn} characters`);
  request.authorizer = result.context;
  return undefined;
}
