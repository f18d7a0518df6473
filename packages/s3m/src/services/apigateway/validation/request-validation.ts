import { headerValues } from '../../../http/message.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { queryValues } from '../../../gateway/query-string.ts';
import type { RequestRules, RequestValidatorDefinition } from './model-definition.ts';
import type { BodyCheck, SchemaCompiler } from './schema-compiler.ts';
import { validationErrorString } from './schema-error-text.ts';
import { hashSetOrder } from '../../../vtl/java-hash.ts';
import { TookTooLong, withinTime } from '../../../regex/within-time.ts';

interface Parameter {
  readonly name: string;
  value(request: GatewayRequest): string | undefined;
}

/** Bytes of a body that takes no long time to check, unless there are patterns. */
const soonChecked = 4096;

/** What a method's requests are checked for, compiled at deployment. */
export class RequestValidation {
  readonly #parameters: readonly Parameter[];
  /** By media type; undefined when bodies are not looked at. */
  readonly #bodies: ReadonlyMap<string, BodyCheck> | undefined;
  readonly #hasPatterns: boolean;

  /** @throws SchemaProblem */
  constructor(rules: RequestRules, validator: RequestValidatorDefinition, schemas: () => SchemaCompiler) {
    this.#parameters = validator.validatesParameters ? rules.required.toSorted().map(compileParameter) : [];
    const models = Object.entries(rules.models);
    this.#bodies =
      validator.validatesBody && models.length > 0
        ? new Map(models.map(([mediaType, model]) => [mediaType.toLowerCase(), schemas().compile(model)]))
        : undefined;
    this.#hasPatterns = this.#bodies !== undefined && schemas().hasPatterns;
  }

  get looksAtBody(): boolean {
    return this.#bodies !== undefined;
  }

  /** Names of required parameters that are not there, or blank (AG-401), in the order of a Java set (AG-399, AG-918). */
  missingParameters(request: GatewayRequest): readonly string[] {
    const missing = this.#parameters.filter((parameter) => (parameter.value(request) ?? '').trim() === '');
    return hashSetOrder(missing.map(({ name }) => name));
  }

  /** What is wrong with a body, for `$context.error.validationErrorString`; undefined when nothing is. */
  bodyProblem(mediaType: string, body: Buffer): string | undefined {
    // AG-407: no model for the type, no check.
    const check = this.#bodies?.get(mediaType) ?? this.#bodies?.get('$default');
    if (check === undefined) return undefined;
    let value: unknown;
    try {
      value = body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as unknown); // AG-405, AG-909
    } catch {
      return '[unknown error parsing request body]'; // AG-406
    }
    const tell = (): string | undefined => {
      const errors = check(value);
      return errors.length === 0 ? undefined : validationErrorString(errors);
    };
    if (body.length <= soonChecked && !this.#hasPatterns) return tell();
    try {
      return withinTime(tell, 'A validation');
    } catch (error) {
      // Patterns, and lists without doubles, can be made to take hours.
      if (error instanceof TookTooLong) return `[${error.message}]`;
      throw error;
    }
  }
}

/** `method.request.header.x-id`. A path parameter that the resource does not have is never there (AG-402). */
function compileParameter(key: string): Parameter {
  const [, place = '', name = ''] = /^method\.request\.(?:multivalue)?([a-z]+)\.(.+)$/.exec(key) ?? [];
  switch (place) {
    case 'header':
      return { name, value: ({ headers }) => headerValues(headers, name).at(-1) };
    case 'querystring':
      return { name, value: ({ target }) => queryValues(target.query, name).at(-1) };
    default:
      return { name, value: (request) => request.pathParameter(name) };
  }
}
