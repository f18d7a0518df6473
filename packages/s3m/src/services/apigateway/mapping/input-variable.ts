import { JavaMap, type HostObject, type JavaValue, type Work } from '../../../vtl/java-value.ts';
import type { JsonDocument } from './json-document.ts';

/** `$input`: the body of the request or of the backend's answer, and the request's parameters (AG-347 to AG-352). */
export class InputVariable implements HostObject {
  readonly kind = 'host';
  readonly #document: JsonDocument;
  readonly #parameters: () => JavaMap;

  constructor(document: JsonDocument, parameters: () => JavaMap) {
    this.#document = document;
    this.#parameters = parameters;
  }

  property(name: string): JavaValue {
    // AG-347; the body is a text and has no properties (AG-348).
    return name === 'body' ? this.#document.text || '{}' : undefined;
  }

  invoke(name: string, args: readonly JavaValue[], work: Work): JavaValue {
    const [first] = args;
    switch (name) {
      case 'body':
        return this.property('body');
      case 'json':
        return work.sized(this.#document.selectJson(work.print(first ?? '$')));
      case 'path':
        work.spend(this.#document.text.length >> 8);
        return this.#document.select(work.print(first ?? '$'));
      case 'params':
        return first === undefined ? this.#parameters() : findParameter(this.#parameters(), work.print(first));
    }
    return undefined;
  }

  print(): string {
    return '$input';
  }
}

/** In the path, then in the query, then in the headers (AG-352); nothing is an empty text. */
function findParameter(parameters: JavaMap, name: string): JavaValue {
  for (const place of ['path', 'querystring', 'header']) {
    const values = parameters.get(place);
    const value =
      values instanceof JavaMap ? (values.get(name) ?? (place === 'header' ? withoutCase(values, name) : undefined)) : undefined;
    if (value !== undefined) return value;
  }
  return '';
}

function withoutCase(values: JavaMap, name: string): JavaValue {
  const lower = name.toLowerCase();
  for (const [key, value] of values.entries) if (String(key).toLowerCase() === lower) return value;
  return undefined;
}
