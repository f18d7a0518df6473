import { matchesArn } from './arn-pattern.ts';
import { isInRange, parseRange } from './ip-range.ts';
import { matchesPattern } from './pattern.ts';

/** Compares a value of the request with one of the policy; undefined when one of them cannot be read as the operator wants it. */
type Comparison = (actual: string, wanted: string) => boolean | undefined;

interface Operator {
  readonly compare: Comparison;
  /** `StringNotEquals`: holds when no value compares as equal (IAM-017), and when the key is absent (IAM-018). */
  readonly negated: boolean;
}

const equals: Comparison = (actual, wanted) => actual === wanted;
const equalsIgnoringCase: Comparison = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const like: Comparison = (actual, wanted) => matchesPattern(wanted, actual);
const arn: Comparison = (actual, wanted) => matchesArn(wanted, actual);

function numeric(test: (actual: number, wanted: number) => boolean): Comparison {
  return (actual, wanted) => compareAs(parseNumber, test, actual, wanted);
}

function date(test: (actual: number, wanted: number) => boolean): Comparison {
  return (actual, wanted) => compareAs(parseDate, test, actual, wanted);
}

function compareAs(
  parse: (text: string) => number | undefined,
  test: (actual: number, wanted: number) => boolean,
  actual: string,
  wanted: string,
): boolean | undefined {
  const [left, right] = [parse(actual), parse(wanted)];
  return left === undefined || right === undefined ? undefined : test(left, right);
}

const bool: Comparison = (actual, wanted) => {
  const [left, right] = [actual.toLowerCase(), wanted.toLowerCase()];
  if (![left, right].every((value) => value === 'true' || value === 'false')) return undefined;
  return left === right;
};

const ipAddress: Comparison = (actual, wanted) => {
  const range = parseRange(wanted);
  return range === undefined ? undefined : isInRange(actual, range);
};

/** IAM-018 to IAM-020. `Null` is not here: it asks whether the key is there at all. */
const operators: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', { compare: equals, negated: false }],
  ['StringNotEquals', { compare: equals, negated: true }],
  ['StringEqualsIgnoreCase', { compare: equalsIgnoringCase, negated: false }],
  ['StringNotEqualsIgnoreCase', { compare: equalsIgnoringCase, negated: true }],
  ['StringLike', { compare: like, negated: false }],
  ['StringNotLike', { compare: like, negated: true }],
  ['ArnEquals', { compare: arn, negated: false }],
  ['ArnLike', { compare: arn, negated: false }],
  ['ArnNotEquals', { compare: arn, negated: true }],
  ['ArnNotLike', { compare: arn, negated: true }],
  ['NumericEquals', { compare: numeric((a, b) => a === b), negated: false }],
  ['NumericNotEquals', { compare: numeric((a, b) => a === b), negated: true }],
  ['NumericLessThan', { compare: numeric((a, b) => a < b), negated: false }],
  ['NumericLessThanEquals', { compare: numeric((a, b) => a <= b), negated: false }],
  ['NumericGreaterThan', { compare: numeric((a, b) => a > b), negated: false }],
  ['NumericGreaterThanEquals', { compare: numeric((a, b) => a >= b), negated: false }],
  ['DateEquals', { compare: date((a, b) => a === b), negated: false }],
  ['DateNotEquals', { compare: date((a, b) => a === b), negated: true }],
  ['DateLessThan', { compare: date((a, b) => a < b), negated: false }],
  ['DateLessThanEquals', { compare: date((a, b) => a <= b), negated: false }],
  ['DateGreaterThan', { compare: date((a, b) => a > b), negated: false }],
  ['DateGreaterThanEquals', { compare: date((a, b) => a >= b), negated: false }],
  ['Bool', { compare: bool, negated: false }],
  ['BinaryEquals', { compare: equals, negated: false }],
  ['IpAddress', { compare: ipAddress, negated: false }],
  ['NotIpAddress', { compare: ipAddress, negated: true }],
]);

export function isKnownOperator(name: string): boolean {
  return name === 'Null' || operators.has(name);
}

export function findOperator(name: string): Operator | undefined {
  return operators.get(name);
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** ISO 8601 in UTC, or seconds since the epoch. In milliseconds. */
function parseDate(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z)?)?)?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
