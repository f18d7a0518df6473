import { isUnresolved } from '../known-value.ts';
import type { Finding, Value } from '../resource-type.ts';
import { invalid } from './finding.ts';
import { verbs } from '../../gateway/route-table.ts';

/** AG-062 */
export function checkVerb(verb: Value | undefined, property: string): readonly Finding[] {
  if (verb === undefined || isUnresolved(verb) || verb === 'ANY' || (typeof verb === 'string' && verbs.has(verb))) return [];
  return [invalid(property, 'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY')];
}
