import type { ApiSettings } from '../api-settings.ts';
import { Refused } from '../failures.ts';
import type { Outcome } from '../integration.ts';
import type { PassthroughBehavior } from '../passthrough-behavior.ts';
import { readRequestBody } from '../request-body.ts';
import { createRequestConverter, type ContentHandling, type RequestConverter } from './content-handling.ts';
import { JsonDocument } from './json-document.ts';
import type { MappingPass } from './mapping-pass.ts';
import { RequestTemplates } from './request-templates.ts';

const noBody = Buffer.alloc(0);

/** What an integration makes of a request's body. */
export interface InputDefinition {
  readonly passthrough: PassthroughBehavior;
  readonly contentHandling: ContentHandling;
  /** Media type to template. */
  readonly requestTemplates: Readonly<Record<string, string>>;
}

/** The input of an AWS service, compiled at deployment: the request's body, converted and put through the template for its type. */
export class MappedInput {
  readonly #templates: RequestTemplates;
  readonly #convert: RequestConverter;

  constructor({ requestTemplates, passthrough, contentHandling }: InputDefinition, settings: ApiSettings) {
    this.#templates = new RequestTemplates(requestTemplates, passthrough);
    this.#convert = createRequestConverter(contentHandling, settings);
  }

  /** The text for a request, or what to answer in its place. */
  async read(pass: MappingPass): Promise<string | Outcome> {
    const template = this.#templates.choose(pass);
    if (template instanceof Refused) return template;
    const given = pass.request.hasBody ? await readRequestBody(pass.request) : noBody;
    if (!Buffer.isBuffer(given)) return given;
    const body = this.#convert(pass.request, given);
    if (body instanceof Refused) return body;
    const document = new JsonDocument(body);
    return template === 'passthrough' ? document.text : (template.constant ?? template.render(pass, document));
  }
}
