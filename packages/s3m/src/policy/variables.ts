import type { ConditionKeys } from './condition.ts';
import { matchesPattern } from './pattern.ts';

/** Stand for a literal star and question mark in a pattern whose variables are filled in. Noncharacters: no text has them. */
const literalStar = '\uFDD0';
const literalQuestion = '\uFDD1';

/** A policy variable such as `${aws:username}` (IAM-022). */
export function hasVariable(text: string): boolean {
  return text.includes('${');
}

/**
 * Fills the variables of a pattern in with values of the request: `${aws:username}`, `${aws:PrincipalTag/team, 'default'}`, and `${*}`, `${?}`,
 * `${$}` for these characters themselves. What is filled in stands for itself, wildcards included. Undefined when a value is not known, is
 * absent and has no default, or is more than one.
 */
export function fillIn(pattern: string, keys: ConditionKeys): string | undefined {
  let known = true;
  const filled = pattern.replaceAll(/\$\{([^}]*)\}/g, (_all, expression: string) => {
    const value = valueOf(expression, keys);
    if (value === undefined) known = false;
    return value ?? '';
  });
  return known && !filled.includes('${') ? filled : undefined;
}

function valueOf(expression: string, keys: ConditionKeys): string | undefined {
  if (expression === '*') return literalStar;
  if (expression === '?') return literalQuestion;
  if (expression === '$') return '$';
  const [, key = '', , fallback] = /^\s*([^,\s]+)\s*(,\s*'([^']*)')?\s*$/.exec(expression) ?? [];
  const values = key === '' ? undefined : keys(key.toLowerCase());
  if (values === undefined || values.length > 1) return undefined;
  const value = values[0] ?? fallback;
  return value === undefined || /[\uFDD0\uFDD1]/.test(value) ? undefined : literally(value);
}

function literally(text: string): string {
  return text.replaceAll('*', literalStar).replaceAll('?', literalQuestion);
}

/** Whether `value` is of the form of a pattern that {@link fillIn} has filled in. */
export function matchesFilled(filled: string, value: string): boolean {
  return matchesPattern(filled, literally(value));
}

/** A filled-in text as operators without wildcards compare it. */
export function plainText(filled: string): string {
  return filled.replaceAll(literalStar, '*').replaceAll(literalQuestion, '?');
}
