import type { Directory } from '../../../capabilities/directory.ts';
import type { Invoker, InvokeResult } from '../../../capabilities/invocable.ts';
import type { ApiFacts } from '../../../gateway/api-facts.ts';
import { within } from '../../../gateway/within.ts';
import { parseInvocationUri } from '../../../gateway/function-target.ts';
import { resolveStageVariables } from '../../../gateway/stage-variables.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import type { AuthorizerName } from './authorizer-definition.ts';
import { InvalidAuthorizerResult } from '../../../gateway/authorizer-answer.ts';
import { parseAuthorizerResult, type AuthorizerResult } from './authorizer-result.ts';
import type { LambdaSettings } from './lambda-settings.ts';

/** What asking an authorizer's function came to. */
export type AuthorizerOutcome =
  | { readonly kind: 'result'; readonly result: AuthorizerResult; readonly payloadSize: number; readonly logs: readonly string[] }
  /** It threw exactly `Unauthorized` (AG-130, AG-131). */
  | { readonly kind: 'unauthorized'; readonly logs: readonly string[] }
  /** Anything else that is not a usable result (AG-132, AG-134). `error` is AWS's word for the execution log (AG-912). */
  | { readonly kind: 'failed'; readonly error: string; readonly why: string; readonly logs: readonly string[] };

/** API Gateway's own bound for the call (AG-126). */
const callLimitMs = 29_000;

/** As whom API Gateway asks an authorizer's function (AG-120). */
export function authorizerArn({ partition, region, accountId, id: apiId }: ApiFacts, id: string): string {
  return `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/authorizers/${id}`;
}

/** Calls an authorizer's function. */
export class LambdaCall {
  readonly #settings: LambdaSettings;
  readonly #invoker: Invoker;
  readonly #directory: Directory;
  readonly #clock: DeploymentServices['clock'];

  constructor({ id }: AuthorizerName, settings: LambdaSettings, { api, directory, clock }: DeploymentServices) {
    this.#settings = settings;
    // The function's permission must name this source (AG-120, LMB-060), unless a role of the account calls.
    this.#invoker =
      settings.credentials === undefined
        ? {
            principal: 'apigateway.amazonaws.com',
            sourceArn: authorizerArn(api, id),
            sourceAccount: api.accountId,
          }
        : { principal: settings.credentials };
    this.#directory = directory;
    this.#clock = clock;
  }

  async invoke(event: object, variables: Readonly<Record<string, string>>): Promise<AuthorizerOutcome> {
    const uri = resolveStageVariables(this.#settings.uri, variables);
    const target = parseInvocationUri(uri);
    if (target === undefined) return failed(`AuthorizerUri names no function: ${uri}`);
    const invocable = this.#directory.find('function', target.arn);
    if (invocable === undefined) return failed(`There is no function ${target.arn}`);
    const invocation = invocable.invoke({
      event: JSON.stringify(event),
      isJson: true,
      invoker: this.#invoker,
      ...(target.qualifier === undefined ? {} : { qualifier: target.qualifier }),
    });
    return toOutcome(await within(invocation, callLimitMs, this.#clock));
  }
}

function toOutcome(result: InvokeResult | undefined): AuthorizerOutcome {
  if (result === undefined) return failed(`The authorizer did not answer within ${callLimitMs} ms`);
  switch (result.kind) {
    case 'refused':
      return failed(`Lambda refused the call: ${result.status} ${result.code}: ${result.message}`);
    case 'function-error': {
      const logs = [...result.logs, ...(result.denials ?? [])];
      if (result.errorMessage === 'Unauthorized') return { kind: 'unauthorized', logs };
      return failed(`The authorizer failed: ${result.errorType}: ${result.errorMessage}`, logs);
    }
    case 'success': {
      const logs = [...result.logs, ...(result.denials ?? [])];
      try {
        const parsed = parseAuthorizerResult(result.payload);
        return { kind: 'result', result: parsed, payloadSize: result.payload.length, logs };
      } catch (error) {
        if (error instanceof InvalidAuthorizerResult) return { ...failed(error.message, logs), error: 'Could not parse policy' };
        throw error;
      }
    }
  }
}

function failed(why: string, logs: readonly string[] = []): AuthorizerOutcome & { readonly kind: 'failed' } {
  return { kind: 'failed', error: 'Authorizer error', why, logs };
}
