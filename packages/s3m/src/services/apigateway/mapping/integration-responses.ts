import type { HttpAnswer } from '../../../http/exchange.ts';
import { compileBinaryMediaTypes, type BinaryTest } from '../../../gateway/binary-media-types.ts';
import { headerValue, type HeaderLines } from '../../../http/message.ts';
import { JavaRegex } from '../../../regex/java-regex.ts';
import { TookTooLong } from '../../../regex/within-time.ts';
import type { ApiSettings } from '../api-settings.ts';
import { configurationError, Refused } from '../failures.ts';
import { isHeaderText } from '../gateway-responses.ts';
import type { IntegrationResponseDefinition } from '../integration-response-definition.ts';
import { fromBase64, notBase64, planResponse, type ContentHandling, type ResponseConversion } from './content-handling.ts';
import { JsonDocument } from './json-document.ts';
import { compileTemplates, type MappingTemplate } from './mapping-template.ts';
import type { MappingPass } from './mapping-pass.ts';
import { acceptedTypes, defaultMediaType } from './media-type.ts';
import { overridesOf, statusOverride } from './overrides.ts';
import { remappedName } from './remapped-name.ts';
import { compileResponseSource, type MappedAnswer, type ResponseSource } from './response-source.ts';

/** What an integration's backend answered. */
export interface IntegrationAnswer {
  /** What selection patterns are matched against: an HTTP status, a function's error message. Undefined: the default response counts. */
  readonly selector: string | undefined;
  readonly headers: HeaderLines;
  readonly body: Buffer | string;
  /** There was no backend: what a template prints is a text, made binary only where that is asked for. */
  readonly isMock?: boolean;
  /** `X-Amzn-Trace-Id` for the client; not with MOCK (AG-248, AG-325). */
  readonly traceId?: string;
}

interface CompiledResponse {
  /** Undefined for the default response. */
  readonly pattern: JavaRegex | undefined;
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly source: ResponseSource }[];
  readonly templates: readonly MappingTemplate[];
  readonly handling: ContentHandling;
}

/** `IntegrationResponses` of an integration that maps: which one is taken, and what becomes of the backend's answer. */
export class IntegrationResponses {
  readonly #responses: readonly CompiledResponse[];
  readonly #default: CompiledResponse | undefined;
  readonly #isBinary: BinaryTest;

  /** @throws MappingProblem, PatternProblem */
  constructor(definitions: readonly IntegrationResponseDefinition[], { binaryMediaTypes }: Pick<ApiSettings, 'binaryMediaTypes'>) {
    this.#isBinary = compileBinaryMediaTypes(binaryMediaTypes);
    const compiled = definitions.map(compileResponse);
    this.#responses = compiled.filter(({ pattern }) => pattern !== undefined);
    this.#default = compiled.find(({ pattern }) => pattern === undefined);
  }

  /** The client's answer, or why there is none. */
  answer(pass: MappingPass, answer: IntegrationAnswer): HttpAnswer | Refused {
    let response: CompiledResponse | undefined;
    try {
      response = this.#select(answer.selector);
    } catch (error) {
      if (error instanceof TookTooLong) return new Refused(configurationError, error.message);
      throw error;
    }
    if (response === undefined) {
      // AG-311
      pass.request.trace.logs.push(
        'Execution failed due to configuration error: No match for output mapping and no default output mapping configured. ' +
          `Endpoint Response Status Code: ${answer.selector ?? ''}`,
      );
      return new Refused(
        configurationError,
        `No integration response matches ${answer.selector ?? 'the answer'}, and there is no default one`,
      );
    }
    return respond(pass, answer, response, this.#isBinary);
  }

  /** The response whose pattern matches the whole selector, else the default one (AG-309). */
  #select(selector: string | undefined): CompiledResponse | undefined {
    const matching = selector === undefined ? undefined : this.#responses.find(({ pattern }) => pattern!.matches(selector));
    return matching ?? this.#default;
  }
}

function respond(pass: MappingPass, answer: IntegrationAnswer, response: CompiledResponse, isBinary: BinaryTest): HttpAnswer | Refused {
  const accept = headerValue(pass.request.headers, 'Accept');
  const template = chooseTemplate(response.templates, accept);
  const contentType = headerValue(answer.headers, 'Content-Type');
  const { handling } = response;
  const conversion: ResponseConversion =
    answer.isMock === true
      ? { before: undefined, after: handling === 'CONVERT_TO_BINARY' ? 'to-binary' : undefined }
      : planResponse({ handling, isBinary, contentType, accept });
  const content = conversion.before === undefined ? answer.body : Buffer.from(answer.body).toString('base64');
  const mapped: MappedAnswer = { headers: answer.headers, document: new JsonDocument(content) };
  // Headers are mapped from what the backend sent, before a template can change it.
  const headers = new Map<string, readonly [string, string]>();
  const put = (name: string, value: string | undefined): void => {
    // Fails closed: what cannot stand in a header is left out.
    if (value !== undefined && value !== '' && isHeaderText(value)) headers.set(name.toLowerCase(), [remappedName(name), value]);
  };
  for (const { name, source } of response.headers) put(name, source(pass.request, mapped));
  const text = template === undefined ? content : (template.constant ?? template.render(pass, mapped.document));
  if (text instanceof Refused) return text;
  const body = conversion.after === undefined ? text : fromBase64(text);
  if (body === notBase64) return new Refused(configurationError, 'The answer is to be made binary, and it is no base64'); // AG-443
  const override = pass.responseOverride;
  if (override !== undefined) for (const [name, value] of overridesOf(override, 'header')) put(name, value);
  const status = (override === undefined ? undefined : statusOverride(override)) ?? response.status; // AG-324
  if (status < 200) return new Refused(configurationError, `The status was overridden with ${status}, which is no answer`);
  const mediaType = template?.mediaType ?? (isBodiless(status) && body.length === 0 ? undefined : defaultMediaType); // AG-070
  const lines: string[] = [];
  const ownType = headers.get('content-type')?.[1] ?? mediaType;
  if (ownType !== undefined) lines.push('Content-Type', ownType);
  headers.delete('content-type');
  lines.push('x-amzn-RequestId', pass.request.id, 'x-amz-apigw-id', pass.request.extendedId);
  for (const [name, value] of headers.values()) lines.push(name, value);
  if (answer.traceId !== undefined) lines.push('X-Amzn-Trace-Id', answer.traceId);
  return { status, headers: lines, body };
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** By Accept, else the JSON one, else the first (AG-344). */
function chooseTemplate(templates: readonly MappingTemplate[], accept: string | undefined): MappingTemplate | undefined {
  if (templates.length < 2) return templates[0];
  for (const type of acceptedTypes(accept)) {
    const accepted = templates.find(({ mediaType }) => mediaType === type);
    if (accepted !== undefined) return accepted;
  }
  return templates.find(({ mediaType }) => mediaType === defaultMediaType) ?? templates[0];
}

function compileResponse({
  selectionPattern,
  statusCode,
  parameters,
  templates,
  contentHandling,
}: IntegrationResponseDefinition): CompiledResponse {
  return {
    pattern: selectionPattern === undefined || selectionPattern === '' ? undefined : new JavaRegex(selectionPattern),
    status: statusCode,
    headers: Object.entries(parameters).map(([target, expression]) => ({
      name: target.slice('method.response.header.'.length),
      source: compileResponseSource(expression),
    })),
    templates: compileTemplates('response', templates),
    handling: contentHandling,
  };
}
