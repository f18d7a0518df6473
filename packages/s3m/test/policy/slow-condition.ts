import { slowMatches } from './slow-policy.ts';

/** A condition on one key, as a policy has it. */
export interface PlainCondition {
  /** Without set modifier and `IfExists`. */
  readonly operator: string;
  readonly set: '' | 'ForAllValues:' | 'ForAnyValue:';
  readonly ifExists: boolean;
  readonly wanted: readonly string[];
}

/** Pools of values that each family of operators can read, and how one value of the request is like one of the policy. */
interface Family {
  readonly values: readonly string[];
  /** What a policy may say where that is more than a value of a request. */
  readonly wanted?: readonly string[];
  readonly operators: Readonly<Record<string, (actual: string, wanted: string) => boolean>>;
}

const letters = ['', 'a', 'b', 'ab', 'aB', 'A', 'b/a', 'a*'];
const numbers = ['0', '1', '1.5', '-2', '10', '010'];
const dates = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '1767225600', '1767225601', '2026-01-02'];
const arns = ['arn:aws:s3:::a', 'arn:aws:s3:::a/b', 'arn:aws:sqs:us-east-1:000000000000:q', 'arn:aws:sqs:us-east-1:000000000000:qq'];
const addresses = ['10.0.0.1', '10.0.0.2', '10.1.0.1', '192.168.1.255', '0.0.0.0', '255.255.255.255'];

const moment = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const bits = (address: string): string =>
  address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
const inRange = (actual: string, wanted: string): boolean => {
  const [address = '', length = '32'] = wanted.split('/');
  return bits(actual).slice(0, Number(length)) === bits(address).slice(0, Number(length));
};
const arnLike = (actual: string, wanted: string): boolean => {
  // The last of six parts may hold colons.
  const parts = (text: string): string[] => [...text.split(':').slice(0, 5), text.split(':').slice(5).join(':')];
  return parts(wanted).every((part, index) => slowMatches(part, parts(actual)[index]!));
};

export const families: readonly Family[] = [
  {
    values: letters,
    operators: {
      StringEquals: (actual, wanted) => actual === wanted,
      StringNotEquals: (actual, wanted) => actual !== wanted,
      StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
      StringNotEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() !== wanted.toLowerCase(),
      BinaryEquals: (actual, wanted) => actual === wanted,
    },
  },
  {
    values: letters,
    wanted: ['*', 'a*', '?', '*b', 'a?', 'b/*', ''],
    operators: {
      StringLike: (actual, wanted) => slowMatches(wanted, actual),
      StringNotLike: (actual, wanted) => !slowMatches(wanted, actual),
    },
  },
  {
    values: numbers,
    operators: {
      NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
      NumericNotEquals: (actual, wanted) => Number(actual) !== Number(wanted),
      NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
      NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
      NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
      NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
    },
  },
  {
    values: dates,
    operators: {
      DateEquals: (actual, wanted) => moment(actual) === moment(wanted),
      DateNotEquals: (actual, wanted) => moment(actual) !== moment(wanted),
      DateLessThan: (actual, wanted) => moment(actual) < moment(wanted),
      DateLessThanEquals: (actual, wanted) => moment(actual) <= moment(wanted),
      DateGreaterThan: (actual, wanted) => moment(actual) > moment(wanted),
      DateGreaterThanEquals: (actual, wanted) => moment(actual) >= moment(wanted),
    },
  },
  {
    values: arns,
    wanted: [...arns, 'arn:aws:s3:::*', 'arn:aws:*:::a', 'arn:*', 'arn:aws:sqs:*:*:q?', 'arn:aws:s3:::a/*'],
    operators: {
      ArnEquals: arnLike,
      ArnLike: arnLike,
      ArnNotEquals: (actual, wanted) => !arnLike(actual, wanted),
      ArnNotLike: (actual, wanted) => !arnLike(actual, wanted),
    },
  },
  { values: ['true', 'false', 'True', 'FALSE'], operators: { Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase() } },
  {
    values: addresses,
    wanted: [...addresses, '10.0.0.0/8', '10.0.0.0/31', '0.0.0.0/0', '192.168.1.0/24', '10.0.0.1/32', '10.1.2.3/16'],
    operators: {
      IpAddress: inRange,
      NotIpAddress: (actual, wanted) => !inRange(actual, wanted),
    },
  },
];

/** Whether the condition holds for a request with these values of the key; without a set modifier there is one at most. */
export function slowCondition({ operator, set, ifExists, wanted }: PlainCondition, actual: readonly string[]): boolean {
  const test = families.map(({ operators }) => operators[operator]).find((found) => found !== undefined)!;
  const negated = /^(String|Arn|Numeric|Date)?Not/.test(operator);
  // Values of a policy are alternatives; under a negated operator none of them may be.
  const holds = (value: string): boolean =>
    negated ? wanted.every((each) => test(value, each)) : wanted.some((each) => test(value, each));
  if (actual.length === 0) return set === 'ForAllValues:' || (set === '' && (ifExists || negated));
  return set === 'ForAnyValue:' ? actual.some(holds) : actual.every(holds);
}
