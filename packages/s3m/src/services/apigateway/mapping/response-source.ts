import { headerValues, type HeaderLines } from '../../../http/message.ts';
import { configurationError, Refusal, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { MappingProblem } from '../mapping-problem.ts';
import { compileSource } from '../parameter-source.ts';
import { compileBodySource, type BodySource } from './body-source.ts';
import { BodyNotJson, type JsonDocument } from './json-document.ts';

/** What a backend answered, as far as mappings see it. */
export interface MappedAnswer {
  readonly headers: HeaderLines;
  readonly document: JsonDocument;
}

/** Reads a value for the client's answer; undefined when there is none. */
export type ResponseSource = (request: GatewayRequest, answer: MappedAnswer) => string | undefined;

/** Compiles the right side of a response mapping (AG-314). @throws MappingProblem */
export function compileResponseSource(expression: string): ResponseSource {
  const [, place = '', name = ''] = /^integration\.response\.([a-z]+)(?:\.?([\s\S]*))$/.exec(expression) ?? [];
  switch (place) {
    case '':
      return compileSource(expression);
    case 'header':
      if (name !== '') return (_, { headers }) => headerValues(headers, name).at(-1);
      break;
    case 'multivalueheader':
      if (name !== '') return (_, { headers }) => joined(headerValues(headers, name));
      break;
    case 'body': {
      const source = compileBodySource(name);
      return (_, { document }) => readBody(source, document);
    }
  }
  throw new MappingProblem(
    'invalid',
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${expression}]`,
  );
}

/** AG-333: a backend's JSON that is none is a failure of the integration. */
function readBody(source: BodySource, document: JsonDocument): string | undefined {
  try {
    return source(document);
  } catch (error) {
    if (!(error instanceof BodyNotJson)) throw error;
    throw new Refusal(new Refused(configurationError, `A response mapping reads the body, which is no JSON: ${error.message}`));
  }
}

function joined(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(',');
}
