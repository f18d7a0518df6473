import { headerValue } from '../../../http/message.ts';
import { Refused, unsupportedMediaType } from '../failures.ts';
import type { PassthroughBehavior } from '../passthrough-behavior.ts';
import { compileTemplates, type MappingTemplate } from './mapping-template.ts';
import type { MappingPass } from './mapping-pass.ts';
import { mediaTypeOf } from './media-type.ts';

/** `RequestTemplates` and `PassthroughBehavior` of an integration. */
export class RequestTemplates {
  readonly #templates: ReadonlyMap<string, MappingTemplate>;
  readonly #passthrough: PassthroughBehavior;

  constructor(templates: Readonly<Record<string, string>>, passthrough: PassthroughBehavior) {
    this.#templates = new Map(compileTemplates('request', templates).map((template) => [template.mediaType, template]));
    this.#passthrough = passthrough;
  }

  /** The template for the request's Content-Type (AG-342); `passthrough` when the body goes on as it is (AG-345). */
  choose({ request }: MappingPass): MappingTemplate | 'passthrough' | Refused {
    const mediaType = mediaTypeOf(headerValue(request.headers, 'Content-Type'));
    const template = this.#templates.get(mediaType);
    if (template !== undefined) return template;
    if (this.#passthrough === 'NEVER' || (this.#passthrough === 'WHEN_NO_TEMPLATES' && this.#templates.size > 0)) {
      return new Refused(unsupportedMediaType, `No request template for ${mediaType}, and PassthroughBehavior is ${this.#passthrough}`);
    }
    return 'passthrough';
  }
}
