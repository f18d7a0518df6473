import { compileJsonPath, JsonPathProblem } from '../../../vtl/json-path.ts';
import { JavaMap, type JavaValue } from '../../../vtl/java-value.ts';
import { printJson, printValue } from '../../../vtl/print-value.ts';
import { MappingProblem } from '../mapping-problem.ts';
import type { JsonDocument } from './json-document.ts';

/** Reads a value from a body; undefined when there is none. @throws BodyNotJson */
export type BodySource = (document: JsonDocument) => string | undefined;

/** What stands after `method.request.body` or `integration.response.body`: nothing, or a JSONPath below the root (AG-333 to AG-335). @throws MappingProblem */
export function compileBodySource(path: string): BodySource {
  if (path === '') return ({ text }) => (text === '' ? '{}' : text);
  try {
    const select = compileJsonPath(path.startsWith('[') ? `$${path}` : `$.${path}`);
    return (document) => toText(select(rootOf(document)));
  } catch (error) {
    if (error instanceof JsonPathProblem) throw new MappingProblem('unsupported', error.message);
    throw error;
  }
}

/** A text that does not begin as JSON has no values; an empty one is `{}` (AG-333, AG-334). */
function rootOf(document: JsonDocument): JavaValue {
  return /^\s*[{[]/.test(document.text) ? document.root : new JavaMap();
}

/** AG-335 */
function toText(value: JavaValue): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'object' ? printJson(value) : printValue(value);
}
