import { JavaRegex, PatternProblem } from '../regex/java-regex.ts';
import { TookTooLong } from '../regex/within-time.ts';
import { printedJson, type JsonObject } from './json.ts';
import type { ParameterType } from './parameter-types.ts';

/** What CloudFormation says when `text` breaks a constraint of the parameter's declaration (CFN-005); undefined when it keeps them all. */
export function brokenConstraint(name: string, text: string, type: ParameterType, declaration: JsonObject): string | undefined {
  const items = type.list ? text.split(',').map((item) => item.trim()) : [text];
  if (type.number && text !== '' && !items.every(isNumber)) {
    return type.list ? `Parameter '${name}' must be a list of numbers.` : `Parameter '${name}' must be a number.`; // CFN-024
  }
  const broken = firstBroken(name, text, items, declaration);
  const description = declaration['ConstraintDescription'];
  if (broken === undefined || typeof description !== 'string') return broken;
  return `Parameter '${name}' failed to satisfy constraint: ${description}`;
}

function firstBroken(name: string, text: string, items: readonly string[], declaration: JsonObject): string | undefined {
  const { AllowedValues: allowed, AllowedPattern: pattern } = declaration;
  if (Array.isArray(allowed) && !items.every((item) => allowed.map(printedJson).includes(item))) {
    return `Parameter '${name}' must be one of AllowedValues`;
  }
  if (typeof pattern === 'string') {
    const matched = new Set(items.map((item) => fullMatch(pattern, item)));
    if (matched.has('too slow')) return `Parameter '${name}' takes too long to match with pattern ${pattern}`;
    if (matched.has('no')) return `Parameter '${name}' must match pattern ${pattern}`;
  }
  const least = bound(declaration['MinLength']);
  if (least !== undefined && text.length < least) return `Parameter '${name}' must contain at least ${least} characters`;
  const most = bound(declaration['MaxLength']);
  if (most !== undefined && text.length > most) return `Parameter '${name}' must contain at most ${most} characters`;
  const minimum = bound(declaration['MinValue']);
  if (minimum !== undefined && items.some((item) => Number(item) < minimum))
    return `Parameter '${name}' must be a number not less than ${minimum}`;
  const maximum = bound(declaration['MaxValue']);
  if (maximum !== undefined && items.some((item) => Number(item) > maximum)) {
    return `Parameter '${name}' must be a number not greater than ${maximum}`;
  }
  return undefined;
}

function bound(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : undefined;
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim());
}

/** CloudFormation's patterns are Java's and match the whole value. One that is not simulated lets every value pass: AWS will judge it. */
function fullMatch(pattern: string, text: string): 'yes' | 'no' | 'too slow' {
  try {
    return new JavaRegex(pattern).matches(text) ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof PatternProblem) return 'yes';
    if (error instanceof TookTooLong) return 'too slow';
    throw error;
  }
}
