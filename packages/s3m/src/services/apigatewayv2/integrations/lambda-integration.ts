import { callFunction, type CallOutcome } from '../../../gateway/call-function.ts';
import { parseFunctionArn, parseInvocationUri, type FunctionTarget } from '../../../gateway/function-target.ts';
import { createSecretScrubber } from '../../../gateway/secret-headers.ts';
import { hasStageVariables, resolveStageVariables } from '../../../gateway/stage-variables.ts';
import { proxyEvent1, proxyEvent2 } from '../events/proxy-event.ts';
import { entityTooLarge, internalServerError, Refused, serviceUnavailable, type Outcome } from '../failures.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import type { LambdaDefinition } from './integration-definition.ts';
import type { HttpApiServices, Integration } from './integration.ts';
import { RequestMapping } from './parameter-mapping.ts';
import { InvalidProxyResult, parseProxyResult } from './proxy-result.ts';
import { ResponseMapping } from './response-mapping.ts';

/** Bytes of a synchronous invocation's event (AG-302). */
const maxEvent = 6 * 1024 * 1024;

/** AWS_PROXY: the request as an event for a Lambda function, its result as the answer (AG-588 to AG-590). */
export class LambdaIntegration implements Integration {
  readonly type = 'AWS_PROXY';
  readonly #definition: LambdaDefinition;
  readonly #services: HttpApiServices;
  readonly #request: RequestMapping;
  readonly #response: ResponseMapping;
  /** Undefined when a stage variable chooses the function. */
  readonly #target: FunctionTarget | undefined;

  constructor(definition: LambdaDefinition, services: HttpApiServices) {
    this.#definition = definition;
    this.#services = services;
    this.#request = new RequestMapping(definition.requestParameters);
    this.#response = new ResponseMapping(definition.responseParameters);
    this.#target = hasStageVariables(definition.uri) ? undefined : parseFunctionUri(definition.uri);
  }

  async run(request: HttpApiRequest): Promise<Outcome> {
    const { payloadFormat, timeoutMs, credentials } = this.#definition;
    const { clock, directory } = this.#services;
    const uri = resolveStageVariables(this.#definition.uri, request.variables);
    const target = this.#target ?? parseFunctionUri(uri);
    if (target === undefined) return new Refused(internalServerError, `The integration names no function: ${uri}`);
    const { headers, query, path = request.target.rawPath } = this.#request.apply(request);
    const event = JSON.stringify((payloadFormat === '1.0' ? proxyEvent1 : proxyEvent2)(request, { headers, query, path }));
    if (Buffer.byteLength(event) > maxEvent)
      return new Refused(entityTooLarge, `The event for ${target.arn} is larger than ${maxEvent} bytes`);
    const began = clock.monotonic();
    request.trace.integration = { type: 'AWS_PROXY', target: target.arn };
    const result = await callFunction(directory, clock, {
      target,
      event,
      isJson: true,
      sourceArn: sourceArn(request),
      accountId: request.api.accountId,
      credentials,
      traceId: request.traceHeader,
      timeoutMs,
    });
    request.trace.timings['integration'] = clock.monotonic() - began;
    return this.#toOutcome(request, target.arn, result);
  }

  #toOutcome(request: HttpApiRequest, arn: string, result: CallOutcome): Outcome {
    const { payloadFormat, timeoutMs } = this.#definition;
    if (result.kind === 'no-function') return new Refused(internalServerError, `There is no function ${arn}`);
    if (result.kind === 'timed-out') return new Refused(serviceUnavailable, `${arn} did not answer within ${timeoutMs} ms`); // AG-553
    if (result.kind === 'refused') {
      const why = `Lambda refused to invoke ${arn}: ${result.status} ${result.code}: ${result.message}`;
      return new Refused(result.status === 429 ? serviceUnavailable : internalServerError, why); // AG-554
    }
    request.integrationStatus = '200';
    const scrub = createSecretScrubber(request.headers);
    request.trace.logs.push(...result.logs.map(scrub));
    if (result.kind === 'function-error')
      return new Refused(internalServerError, `${arn} failed: ${result.errorType}: ${result.errorMessage}`);
    try {
      return this.#response.apply(request, parseProxyResult(result.payload, payloadFormat));
    } catch (error) {
      if (error instanceof InvalidProxyResult) return new Refused(internalServerError, error.message);
      throw error;
    }
  }
}

/** Integrations name a function by its ARN or by its invocation URI. */
export function parseFunctionUri(uri: string): FunctionTarget | undefined {
  return parseFunctionArn(uri) ?? parseInvocationUri(uri);
}

/** What the function's permission must cover (LMB-062): the route as it is defined, with its variables. */
function sourceArn(request: HttpApiRequest): string {
  const { api, routeKey, stage, method } = request;
  const prefix = `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.id}/${stage}`;
  return routeKey === '$default' ? `${prefix}/$default` : `${prefix}/${method}${request.routePath}`;
}
