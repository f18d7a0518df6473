import { decodeBase64 } from '../../../gateway/base64-body.ts';
import { compileBinaryMediaTypes, firstMediaType, type BinaryTest } from '../../../gateway/binary-media-types.ts';
import type { CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import type { HttpAnswer } from '../../../http/exchange.ts';
import { headerValue } from '../../../http/message.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { configurationError, functionFailed, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Integration, Outcome } from '../integration.ts';
import type { MethodFacts } from '../method-facts.ts';
import { readRequestBody } from '../request-body.ts';
import { FunctionCaller, noteFailure, type FunctionIntegrationDefinition } from './function-caller.ts';
import { callFailure, functionError } from './function-failure.ts';
import { functionAnswerHeaders } from './proxy-answer-headers.ts';
import { proxyEvent, type EventBody } from './proxy-event.ts';
import { MalformedProxyResult, parseProxyResult, type ProxyResult } from './proxy-result.ts';

const malformedLog = 'Execution failed due to configuration error: Malformed Lambda proxy response';
const noBody: EventBody = { text: null, isBase64Encoded: false };

/** The request as an event for a function, and the function's result as the answer (areas L and M). Mappings have no effect on the event (AG-274). */
export class AwsProxyIntegration implements Integration {
  readonly type = 'AWS_PROXY';
  readonly #caller: FunctionCaller;
  readonly #method: MethodFacts;
  readonly #isBinary: BinaryTest;

  constructor(definition: FunctionIntegrationDefinition, services: DeploymentServices, method: MethodFacts) {
    this.#caller = new FunctionCaller(this.type, definition, services, method);
    this.#method = method;
    this.#isBinary = compileBinaryMediaTypes(services.settings.binaryMediaTypes);
  }

  async run(request: GatewayRequest): Promise<Outcome> {
    const callee = this.#caller.resolve(request);
    if (callee instanceof Refused) return callee;
    const body = request.hasBody ? await readRequestBody(request) : undefined;
    if (body !== undefined && !Buffer.isBuffer(body)) return body;
    const event = proxyEvent(request, this.#method, body === undefined ? noBody : this.#toEventBody(request, body));
    const outcome = await this.#caller.call(request, callee, { event, isJson: true, later: false });
    return this.#toOutcome(request, callee.target, outcome);
  }

  /** AG-275 to AG-277. Text that is no UTF-8 arrives damaged, as AWS documents it. */
  #toEventBody({ headers }: GatewayRequest, body: Buffer): EventBody {
    if (body.length === 0) return noBody;
    const isBase64Encoded = this.#isBinary(firstMediaType(headerValue(headers, 'Content-Type')));
    return { text: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
  }

  #toOutcome(request: GatewayRequest, target: FunctionTarget, outcome: CallOutcome): Outcome {
    if (outcome.kind === 'function-error') return noteFailure(request, functionError(outcome));
    if (outcome.kind !== 'success') return noteFailure(request, callFailure(outcome, target, this.#caller.timeoutMs));
    try {
      return this.#toAnswer(request, parseProxyResult(outcome.payload));
    } catch (error) {
      if (!(error instanceof MalformedProxyResult)) throw error;
      const refused = new Refused(functionFailed, `The function's result is not what a proxy integration takes: ${error.message}`);
      return noteFailure(request, { refused, logs: [malformedLog] }); // AG-286
    }
  }

  #toAnswer(request: GatewayRequest, { status, headers, body, isBase64Encoded }: ProxyResult): HttpAnswer | Refused {
    request.integrationStatus = String(status);
    const answer = { status, headers: functionAnswerHeaders(request, headers, status === 204 || status === 304) };
    // AG-295, AG-911
    if (!isBase64Encoded || !this.#isBinary(firstMediaType(headerValue(request.headers, 'Accept')))) return { ...answer, body };
    const bytes = decodeBase64(body);
    if (bytes !== undefined) return { ...answer, body: bytes };
    return new Refused(configurationError, "The function's result has isBase64Encoded, and its body is no base64"); // AG-296
  }
}
