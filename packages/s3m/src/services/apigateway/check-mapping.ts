import type { Finding, Value } from '../resource-type.ts';
import { isUnresolved } from '../known-value.ts';
import { MappingProblem } from './mapping-problem.ts';
import { compileSource } from './parameter-source.ts';

/** Whether a mapping expression can be compiled. */
export function checkMapping(expression: Value, property: string): Finding[] {
  if (isUnresolved(expression)) return [];
  try {
    compileSource(String(expression));
    return [];
  } catch (error) {
    if (error instanceof MappingProblem) return [{ property, kind: error.kind, message: error.message }];
    throw error;
  }
}
