import { mapOf, type JavaMap, type JavaValue } from '../../../vtl/java-value.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { createContextMap } from './context-map.ts';
import { InputVariable } from './input-variable.ts';
import type { JsonDocument } from './json-document.ts';
import { createRequestOverride, createResponseOverride } from './overrides.ts';
import { createParameterMap } from './request-parameters.ts';
import { utilVariable } from './util-variable.ts';

/**
 * One request's way through an integration's templates. What the request template sets in `$context` the response template finds (AG-323).
 * Nothing is worked out before a template asks for it.
 */
export class MappingPass {
  readonly request: GatewayRequest;
  #context: JavaMap | undefined;
  #requestOverride: JavaMap | undefined;
  #responseOverride: JavaMap | undefined;
  #parameters: JavaMap | undefined;
  #stageVariables: JavaMap | undefined;

  constructor(request: GatewayRequest) {
    this.request = request;
  }

  /** Undefined: no template asked for it. */
  get requestOverride(): JavaMap | undefined {
    return this.#requestOverride;
  }

  get responseOverride(): JavaMap | undefined {
    return this.#responseOverride;
  }

  /** The variables of a template whose `$input` is this body. */
  roots(body: JsonDocument): (name: string) => JavaValue {
    let input: InputVariable | undefined;
    return (name) => {
      switch (name) {
        case 'input':
          return (input ??= new InputVariable(body, () => (this.#parameters ??= createParameterMap(this.request))));
        case 'util':
          return utilVariable;
        case 'context':
          return this.#contextMap();
        case 'stageVariables':
          return (this.#stageVariables ??= mapOf(Object.entries(this.request.variables)));
      }
      return undefined;
    };
  }

  #contextMap(): JavaMap {
    if (this.#context === undefined) {
      this.#context = createContextMap(this.request);
      this.#requestOverride = createRequestOverride();
      this.#responseOverride = createResponseOverride();
      this.#context.put('requestOverride', this.#requestOverride);
      this.#context.put('responseOverride', this.#responseOverride);
    }
    return this.#context;
  }
}
