import type { Directory } from '../../capabilities/directory.ts';
import type { InvokeResult } from '../../capabilities/invocable.ts';
import type { Clock } from '../../clock/clock.ts';
import type { AuthorizerDefinition } from './authorizer-definition.ts';
import { parseInvocationUri } from '../../gateway/function-target.ts';
import { InvalidAuthorizerResult, parseAuthorizerResult, type AuthorizerResult } from './authorizer-result.ts';
import type { ApiFacts } from '../../gateway/api-facts.ts';
import { compileJavaPattern } from './java-pattern.ts';
import { resolveStageVariables } from '../../gateway/stage-variables.ts';

/** What invoking an authorizer came to. */
export type AuthorizerOutcome =
  | { readonly kind: 'result'; readonly result: AuthorizerResult; readonly payloadSize: number; readonly logs: readonly string[] }
  /** It threw exactly `Unauthorized` (AG-130, AG-131). */
  | { readonly kind: 'unauthorized'; readonly logs: readonly string[] }
  /** Anything else that is not a usable result (AG-132, AG-134). */
  | { readonly kind: 'failed'; readonly why: string; readonly logs: readonly string[] };

/** API Gateway's own bound for the call (AG-126). */
const callLimitMs = 29_000;

/** A TOKEN authorizer as a deployment has it. */
export class LambdaAuthorizer {
  readonly definition: AuthorizerDefinition;
  /** `execute-api:REGION:ACCOUNT:API/authorizers/ID` as an ARN: the source that the function's permission must name (AG-120, LMB-060). */
  readonly #sourceArn: string;
  readonly #accountId: string;
  readonly #validation: RegExp | undefined;
  readonly #directory: Directory;
  readonly #clock: Clock;

  constructor(definition: AuthorizerDefinition, api: ApiFacts, directory: Directory, clock: Clock) {
    this.definition = definition;
    this.#sourceArn = `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.id}/authorizers/${definition.id}`;
    this.#accountId = api.accountId;
    this.#validation = definition.validation === undefined ? undefined : compileJavaPattern(definition.validation);
    this.#directory = directory;
    this.#clock = clock;
  }

  /** What the cache is keyed by: when it changes, results kept are dropped (AG-115). */
  get cacheKeyParts(): string {
    return this.definition.header.toLowerCase();
  }

  /** Whether the validation expression matches the whole value (AG-082 to AG-084). */
  accepts(identity: string): boolean {
    return this.#validation === undefined || this.#validation.test(identity);
  }

  async invoke(identity: string, methodArn: string, variables: Readonly<Record<string, string>>): Promise<AuthorizerOutcome> {
    const uri = resolveStageVariables(this.definition.uri, variables);
    const target = parseInvocationUri(uri);
    if (target === undefined) return failed(`AuthorizerUri names no function: ${uri}`);
    const invocable = this.#directory.find('function', target.arn);
    if (invocable === undefined) return failed(`There is no function ${target.arn}`);
    // AG-087: exactly these three keys.
    const event = JSON.stringify({ type: 'TOKEN', authorizationToken: identity, methodArn });
    const invocation = invocable.invoke({
      event,
      invoker: { principal: 'apigateway.amazonaws.com', sourceArn: this.#sourceArn, sourceAccount: this.#accountId },
      ...(target.qualifier === undefined ? {} : { qualifier: target.qualifier }),
    });
    return toOutcome(await this.#within(invocation));
  }

  /** The invocation's result, or undefined when it takes too long. */
  #within(invocation: Promise<InvokeResult>): Promise<InvokeResult | undefined> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(callLimitMs, () => resolve(undefined));
      invocation.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}

function toOutcome(result: InvokeResult | undefined): AuthorizerOutcome {
  if (result === undefined) return failed(`The authorizer did not answer within ${callLimitMs} ms`);
  switch (result.kind) {
    case 'refused':
      return failed(`Lambda refused the call: ${result.status} ${result.code}: ${result.message}`);
    case 'function-error':
      if (result.errorMessage === 'Unauthorized') return { kind: 'unauthorized', logs: result.logs };
      return failed(`The authorizer failed: ${result.errorType}: ${result.errorMessage}`, result.logs);
    case 'success':
      try {
        const parsed = parseAuthorizerResult(result.payload);
        return { kind: 'result', result: parsed, payloadSize: result.payload.length, logs: result.logs };
      } catch (error) {
        if (error instanceof InvalidAuthorizerResult) return failed(error.message, result.logs);
        throw error;
      }
  }
}

function failed(why: string, logs: readonly string[] = []): AuthorizerOutcome {
  return { kind: 'failed', why, logs };
}
