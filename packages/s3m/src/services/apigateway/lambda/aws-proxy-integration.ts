import { decodeBase64 } from '../../../gateway/base64-body.ts';
import { compileBinaryMediaTypes, firstMediaType, type BinaryTest } from '../../../gateway/binary-media-types.ts';
import { callFunction, type CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import type { HttpAnswer } from '../../../http/exchange.ts';
import { headerValue } from '../../../http/message.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { configurationError, functionFailed, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Integration, Outcome } from '../integration.ts';
import type { MethodFacts } from '../method-facts.ts';
import { traceIdOf } from '../trace-id.ts';
import { readRequestBody } from '../request-body.ts';
import { forbiddenMapping } from './aws-header-mappings.ts';
import { compileCredentials, type Credentials } from './credentials.ts';
import { callFailure, functionError, type FunctionFailure } from './function-failure.ts';
import { compileFunctionUri, type FunctionFinder } from './function-uri.ts';
import { proxyEvent, type EventBody } from './proxy-event.ts';
import { MalformedProxyResult, parseProxyResult, type ProxyResult } from './proxy-result.ts';
import { functionAnswerHeaders } from './proxy-answer-headers.ts';
import { sourceArn, sourcePath } from './source-arn.ts';
import { traceFunction } from './trace-function.ts';

/** `AWS_PROXY`, as the template gives it. */
export interface AwsProxyDefinition {
  readonly verb: string;
  /** With stage variables unresolved. */
  readonly uri: string;
  readonly credentials: string | undefined;
  readonly timeoutMs: number;
  /** They have no effect on the event, but a forbidden one fails every call (AG-274, AG-908). */
  readonly parameters: Readonly<Record<string, string>>;
}

const malformedLog = 'Execution failed due to configuration error: Malformed Lambda proxy response';
const noBody: EventBody = { text: null, isBase64Encoded: false };

/** The request as an event for a function, and the function's result as the answer (areas L and M). */
export class AwsProxyIntegration implements Integration {
  readonly type = 'AWS_PROXY';
  readonly #definition: AwsProxyDefinition;
  readonly #services: DeploymentServices;
  readonly #method: MethodFacts;
  readonly #sourcePath: string;
  readonly #find: FunctionFinder;
  readonly #credentials: (request: GatewayRequest) => Credentials;
  readonly #isBinary: BinaryTest;
  /** Why every call fails; undefined when it does not. */
  readonly #problem: string | undefined;

  constructor(definition: AwsProxyDefinition, services: DeploymentServices, method: MethodFacts) {
    this.#definition = definition;
    this.#services = services;
    this.#method = method;
    this.#sourcePath = sourcePath(method);
    this.#find = compileFunctionUri(definition.uri);
    this.#credentials = compileCredentials(definition.credentials);
    this.#isBinary = compileBinaryMediaTypes(services.settings.binaryMediaTypes);
    this.#problem = problemOf(definition);
  }

  async run(request: GatewayRequest): Promise<Outcome> {
    if (this.#problem !== undefined) return new Refused(configurationError, this.#problem);
    const target = this.#find(request);
    if (target === undefined) return new Refused(configurationError, `The integration's URI names no function: ${this.#definition.uri}`);
    const credentials = this.#credentials(request);
    if (credentials.kind === 'missing') {
      return new Refused(configurationError, "The integration invokes with its caller's credentials, and this caller has none"); // AG-283
    }
    const body = request.hasBody ? await readRequestBody(request) : undefined;
    if (body !== undefined && !Buffer.isBuffer(body)) return body;
    const { clock } = this.#services;
    const startedAt = clock.monotonic();
    const traceId = traceIdOf(request);
    const outcome = await callFunction(this.#services.directory, clock, {
      target,
      event: proxyEvent(request, this.#method, body === undefined ? noBody : this.#toEventBody(request, body)),
      isJson: true,
      sourceArn: sourceArn(request, this.#sourcePath),
      accountId: request.api.accountId,
      credentials: credentials.arn,
      traceId,
      timeoutMs: this.#definition.timeoutMs,
    });
    request.trace.timings['integration'] = clock.monotonic() - startedAt;
    traceFunction(request, this.type, target, outcome);
    return this.#toOutcome(request, target, outcome);
  }

  /** AG-275 to AG-277. Text that is no UTF-8 arrives damaged, as AWS documents it. */
  #toEventBody({ headers }: GatewayRequest, body: Buffer): EventBody {
    if (body.length === 0) return noBody;
    const isBase64Encoded = this.#isBinary(firstMediaType(headerValue(headers, 'Content-Type')));
    return { text: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
  }

  #toOutcome(request: GatewayRequest, target: FunctionTarget, outcome: CallOutcome): Outcome {
    const failure = outcome.kind === 'function-error' ? functionError(outcome) : callFailure(outcome, target, this.#definition.timeoutMs);
    if (failure !== undefined) return refuse(request, failure);
    if (outcome.kind !== 'success') throw new Error(`no answer was made of an invocation that is ${outcome.kind}`);
    try {
      return this.#toAnswer(request, parseProxyResult(outcome.payload));
    } catch (error) {
      if (!(error instanceof MalformedProxyResult)) throw error;
      const refused = new Refused(functionFailed, `The function's result is not what a proxy integration takes: ${error.message}`);
      return refuse(request, { refused, log: malformedLog }); // AG-286
    }
  }

  #toAnswer(request: GatewayRequest, { status, headers, body, isBase64Encoded }: ProxyResult): HttpAnswer | Refused {
    const answer = { status, headers: functionAnswerHeaders(request, headers, status === 204 || status === 304) };
    // AG-295, AG-911
    if (!isBase64Encoded || !this.#isBinary(firstMediaType(headerValue(request.headers, 'Accept')))) return { ...answer, body };
    const bytes = decodeBase64(body);
    if (bytes !== undefined) return { ...answer, body: bytes };
    return new Refused(configurationError, "The function's result has isBase64Encoded, and its body is no base64"); // AG-296
  }
}

function refuse({ trace }: GatewayRequest, { refused, log }: FunctionFailure): Refused {
  if (log !== undefined) trace.logs.push(log);
  return refused;
}

function problemOf({ verb, parameters }: AwsProxyDefinition): string | undefined {
  if (verb !== 'POST') return `IntegrationHttpMethod is ${verb}; Lambda is invoked with POST`; // AG-278
  const header = forbiddenMapping(parameters);
  return header === undefined ? undefined : `The integration maps a value to ${header}, which the gateway writes itself`;
}
