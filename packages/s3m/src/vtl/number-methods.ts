import { methodsOf, type Methods } from './methods.ts';
import { VtlFailure } from './vtl-problem.ts';

function parseInteger(text: unknown): bigint | undefined {
  if (typeof text !== 'string') return undefined;
  if (!/^[+-]?\d{1,40}$/.test(text)) throw new VtlFailure(`For input string: "${text.slice(0, 100)}"`);
  return BigInt(text.replace(/^\+/, ''));
}

function parseDouble(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  if (!/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text)) throw new VtlFailure(`For input string: "${text.slice(0, 100)}"`);
  return Number(text);
}

function compare(left: bigint | number, right: unknown): bigint | undefined {
  if (typeof left !== typeof right) return undefined;
  const other = right as bigint | number;
  return left < other ? -1n : left > other ? 1n : 0n;
}

/** `java.lang.Integer` and `java.lang.Long` */
export const integerMethods: Methods<bigint> = methodsOf<bigint>(
  {
    compareTo: (self, [other]) => compare(self, other),
    doubleValue: (self) => Number(self),
    equals: (self, [other]) => self === other,
    hashCode: (self) => self,
    intValue: (self) => self,
    longValue: (self) => self,
    parseInt: (_, [text]) => parseInteger(text),
    parseLong: (_, [text]) => parseInteger(text),
    toString: (self, [value], frame) => frame.print(value ?? self),
  },
  (_, [value]) => (typeof value === 'bigint' ? value : parseInteger(value)),
);

/** `java.lang.Double` */
export const doubleMethods: Methods<number> = methodsOf<number>(
  {
    compareTo: (self, [other]) => compare(self, other),
    doubleValue: (self) => self,
    equals: (self, [other]) => self === other,
    intValue: (self) => toInteger(self, 32),
    longValue: (self) => toInteger(self, 64),
    parseDouble: (_, [text]) => parseDouble(text),
    toString: (self, [value], frame) => frame.print(value ?? self),
  },
  (_, [value]) => (typeof value === 'number' ? value : parseDouble(value)),
);

/** `java.lang.Boolean` */
export const booleanMethods: Methods<boolean> = methodsOf<boolean>({
  booleanValue: (self) => self,
  equals: (self, [other]) => self === other,
  parseBoolean: (_, [text]) => (typeof text === 'string' ? text.toLowerCase() === 'true' : false),
  toString: (self) => String(self),
});

/** Java cuts the fraction off, and stops at the ends of the type's range. */
function toInteger(value: number, bits: 32 | 64): bigint {
  if (Number.isNaN(value)) return 0n;
  const end = 2n ** BigInt(bits - 1);
  if (value >= Number(end)) return end - 1n;
  if (value <= -Number(end)) return -end;
  return BigInt(Math.trunc(value));
}
