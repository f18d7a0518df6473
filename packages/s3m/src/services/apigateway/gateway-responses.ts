import type { RefusalAnswer } from '../../http/server-rules.ts';
import type { HttpAnswer } from '../../http/exchange.ts';
import { headerValue } from '../../http/message.ts';
import type { Source } from './context-variables.ts';
import { messageString, type Failure } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { compileSource } from './parameter-source.ts';
import { traceIdOf } from './trace-id.ts';
import { compileResponseTemplate, type ResponseTemplate } from './response-template.ts';

/** `AWS::ApiGateway::GatewayResponse`, as the template gives it. */
export interface GatewayResponseDefinition {
  readonly type: string;
  readonly statusCode?: number;
  /** `gatewayresponse.header.NAME` to mapping expression. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Media type to template. */
  readonly templates: Readonly<Record<string, string>>;
}

interface CompiledResponse {
  readonly statusCode: number | undefined;
  readonly headers: readonly { readonly name: string; readonly source: Source }[];
  /** In the order given; empty for the built-in one. */
  readonly templates: readonly { readonly mediaType: string; readonly render: ResponseTemplate }[];
}

export const headerPrefix = 'gatewayresponse.header.';

/** How a deployment words the gateway's own answers. */
export class GatewayResponses {
  readonly #byType: ReadonlyMap<string, CompiledResponse>;

  constructor(definitions: Iterable<GatewayResponseDefinition>) {
    this.#byType = new Map([...definitions].map((definition) => [definition.type, compile(definition)]));
  }

  /** A type's own entry counts alone (AG-388), else that of its class (AG-387), else what is built in. */
  answer(request: GatewayRequest, failure: Failure): HttpAnswer {
    if (failure.type === 'REQUEST_TOO_LARGE') return builtIn(request, failure); // AG-375
    const response = this.#byType.get(failure.type) ?? this.#byType.get(failure.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
    return response === undefined ? builtIn(request, failure) : custom(request, failure, response);
  }
}

/** Without any customisation. */
export function builtIn(request: GatewayRequest, failure: Failure): RefusalAnswer {
  return {
    status: failure.status,
    headers: ownHeaders(request, failure, 'application/json'),
    ...bodyOf(request, `{"${failure.capital ? 'Message' : 'message'}":${messageString(failure)}}`),
  };
}

/** HEAD is answered as if there were no body: `Content-Length: 0` (AG-916). */
function bodyOf({ method }: GatewayRequest, body: string | Buffer | undefined): Pick<RefusalAnswer, 'body'> {
  return method === 'HEAD' || body === undefined ? {} : { body };
}

function custom(request: GatewayRequest, failure: Failure, response: CompiledResponse): HttpAnswer {
  const plain = builtIn(request, failure);
  const template = chooseTemplate(response.templates, headerValue(request.headers, 'Accept'));
  const headers = template === undefined ? [...plain.headers] : ownHeaders(request, failure, template.mediaType);
  for (const { name, source } of response.headers) {
    const value = source(request);
    // Fails closed: what cannot stand in a header is left out.
    if (value === undefined || !isHeaderText(value)) continue;
    if (name.toLowerCase() === 'content-type') headers[1] = value;
    else headers.push(name, value);
  }
  return {
    status: response.statusCode ?? failure.status, // AG-391
    headers,
    ...bodyOf(request, template === undefined ? plain.body : template.render(request)),
  };
}

/** AG-394 */
const ownNames = new Set(['x-amzn-requestid', 'x-amzn-errortype', 'x-amz-apigw-id']);

/** These stay whatever a gateway response says (AG-394). The order: AG-902, AG-915. */
function ownHeaders(request: GatewayRequest, failure: Failure, mediaType: string): string[] {
  return [
    'Content-Type',
    mediaType,
    ...(isTraced(request, failure) ? ['X-Amzn-Trace-Id', traceIdOf(request)] : []),
    'x-amzn-RequestId',
    request.id,
    'x-amzn-ErrorType',
    failure.errorType,
    'x-amz-apigw-id',
    request.extendedId,
  ];
}

/** Integrations whose answers tell the request's X-Ray id (AG-248), and so do their failures (AG-915). */
const telling: ReadonlySet<string | undefined> = new Set(['HTTP', 'AWS', 'AWS_PROXY']);

function isTraced({ trace }: GatewayRequest, { traced, blank }: Failure): boolean {
  return traced === true || (blank && telling.has(trace.integration?.type));
}

/** By Accept, `application/json` by default (AG-397). */
function chooseTemplate(
  templates: CompiledResponse['templates'],
  accept: string | undefined,
): CompiledResponse['templates'][number] | undefined {
  if (templates.length < 2) return templates[0];
  const wanted = new Set((accept ?? '').split(',').map((range) => range.split(';')[0]!.trim().toLowerCase()));
  const accepted = templates.find(({ mediaType }) => wanted.has(mediaType.toLowerCase()));
  return accepted ?? templates.find(({ mediaType }) => mediaType === 'application/json') ?? templates[0];
}

function compile({ statusCode, parameters, templates }: GatewayResponseDefinition): CompiledResponse {
  return {
    statusCode,
    headers: Object.entries(parameters)
      .map(([target, expression]) => ({ name: target.slice(headerPrefix.length), source: compileSource(expression) }))
      .filter(({ name }) => !ownNames.has(name.toLowerCase())),
    templates: Object.entries(templates).map(([mediaType, text]) => ({ mediaType, render: compileResponseTemplate(text) })),
  };
}

/** Visible ASCII, blanks and tabs. */
export function isHeaderText(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code > 0x7e) return false;
  }
  return true;
}
