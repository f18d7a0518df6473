import type { HttpAnswer } from '../../http/exchange.ts';
import { headerValue } from '../../http/message.ts';
import type { Source } from './context-variables.ts';
import { configurationError, Refused, unsupportedMediaType } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { isHeaderText } from './gateway-responses.ts';
import type { Integration, Outcome } from './integration.ts';
import { compileJavaPattern } from './java-pattern.ts';
import type { IntegrationResponseDefinition } from './integration-response-definition.ts';
import { parseMockStatus, type MockStatus } from './mock-template.ts';
import type { MockDefinition } from './mock.ts';
import { compileSource } from './parameter-source.ts';
import type { PassthroughBehavior } from './passthrough-behavior.ts';
import { readRequestBody } from './request-body.ts';

/** An integration response, ready to be sent. */
interface MockResponse {
  readonly pattern: RegExp | undefined;
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly source: Source }[];
  readonly mediaType: string | undefined;
  readonly body: string;
}

const defaultMediaType = 'application/json';

/** Answers from the method's own templates, without a backend. */
export class MockIntegration implements Integration {
  readonly type = 'MOCK';
  readonly #templates: ReadonlyMap<string, MockStatus>;
  readonly #passthrough: PassthroughBehavior;
  readonly #responses: readonly MockResponse[];

  constructor(definition: MockDefinition) {
    const templates = Object.entries(definition.requestTemplates);
    this.#templates = new Map(templates.map(([mediaType, template]) => [mediaType.toLowerCase(), parseMockStatus(template)]));
    this.#passthrough = definition.passthrough;
    this.#responses = definition.responses.map(compileResponse);
  }

  run(request: GatewayRequest): Outcome | Promise<Outcome> {
    const template = this.#templates.get(requestMediaType(request));
    if (template !== undefined) return this.#respond(request, template);
    if (this.#passthrough === 'NEVER' || (this.#passthrough === 'WHEN_NO_TEMPLATES' && this.#templates.size > 0)) {
      return new Refused(
        unsupportedMediaType,
        `No request template for ${requestMediaType(request)}, and PassthroughBehavior is ${this.#passthrough}`,
      );
    }
    return this.#passThrough(request);
  }

  /** Without a template, the client's body is taken for one (AG-318). */
  async #passThrough(request: GatewayRequest): Promise<Outcome> {
    const body = request.hasBody ? await readRequestBody(request) : Buffer.alloc(0);
    return Buffer.isBuffer(body) ? this.#respond(request, parseMockStatus(body.toString('utf8'))) : body;
  }

  /** The response whose pattern matches the status, else the default one (AG-316). */
  #respond(request: GatewayRequest, chosen: MockStatus): Outcome {
    if ('problem' in chosen) return new Refused(configurationError, `MOCK integration: ${chosen.problem}`);
    const status = String(chosen.status);
    const response =
      this.#responses.find(({ pattern }) => pattern?.test(status) === true) ?? this.#responses.find(({ pattern }) => pattern === undefined);
    if (response === undefined) return new Refused(configurationError, `MOCK integration: no integration response for status ${status}`);
    return toAnswer(request, response);
  }
}

/** A request without Content-Type counts as JSON (AG-321). */
function requestMediaType(request: GatewayRequest): string {
  const type = headerValue(request.headers, 'Content-Type');
  if (type === undefined || type === '') return defaultMediaType;
  const semicolon = type.indexOf(';');
  return (semicolon === -1 ? type : type.slice(0, semicolon)).trim().toLowerCase();
}

function toAnswer(request: GatewayRequest, response: MockResponse): HttpAnswer {
  const headers: string[] = response.mediaType === undefined ? [] : ['Content-Type', response.mediaType];
  headers.push('x-amzn-RequestId', request.id, 'x-amz-apigw-id', request.extendedId);
  for (const { name, source } of response.headers) {
    const value = source(request);
    if (value !== undefined && isHeaderText(value)) headers.push(name, value);
  }
  return { status: response.status, headers, body: response.body };
}

function compileResponse(definition: IntegrationResponseDefinition): MockResponse {
  const { selectionPattern, statusCode, parameters, templates } = definition;
  const mediaType = defaultMediaType in templates ? defaultMediaType : Object.keys(templates)[0];
  return {
    pattern: selectionPattern === undefined || selectionPattern === '' ? undefined : compileJavaPattern(selectionPattern),
    status: statusCode,
    headers: Object.entries(parameters).map(([target, expression]) => ({
      name: target.slice('method.response.header.'.length),
      // A MOCK has no response to map from.
      source: expression.startsWith('integration.response.') ? () => undefined : compileSource(expression),
    })),
    // AG-070; an answer without content needs no type.
    mediaType: mediaType ?? (statusCode === 204 || statusCode === 304 ? undefined : defaultMediaType),
    body: mediaType === undefined ? '' : templates[mediaType]!, // AG-322
  };
}
