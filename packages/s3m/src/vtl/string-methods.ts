import { JavaRegex } from '../regex/java-regex.ts';
import { TookTooLong } from '../regex/within-time.ts';
import type { Frame } from './frame.ts';
import { hashCode } from './java-hash.ts';
import { JavaList, type JavaValue } from './java-value.ts';
import { indexWithin, methodsOf, type Method, type Methods } from './methods.ts';
import { maxText } from './print-value.ts';
import { VtlFailure } from './vtl-problem.ts';

/** One text in, one value out. */
function withText(apply: (self: string, text: string, frame: Frame) => JavaValue): Method<string> {
  return (self, [text], frame) => {
    frame.spend(self.length >> 4);
    return typeof text === 'string' ? apply(self, text, frame) : undefined;
  };
}

function alone(apply: (self: string) => JavaValue): Method<string> {
  return (self, _, frame) => {
    frame.spend(self.length >> 4);
    return apply(self);
  };
}

/** `java.lang.String` */
export const stringMethods: Methods<string> = methodsOf<string>(
  {
    charAt: (self, [at]) => {
      const index = indexWithin(at, self.length - 1);
      return index === undefined ? undefined : self[index];
    },
    compareTo: withText(compare),
    compareToIgnoreCase: withText((self, text) => compare(self.toLowerCase(), text.toLowerCase())),
    concat: withText((self, text, frame) => frame.sized(self + text)),
    contains: withText((self, text) => self.includes(text)),
    endsWith: withText((self, text) => self.endsWith(text)),
    equals: (self, [other]) => self === other,
    equalsIgnoreCase: withText((self, text) => self.toLowerCase() === text.toLowerCase()),
    hashCode: alone((self) => BigInt(hashCode(self))),
    indexOf: (self, [text, from], frame) => {
      frame.spend(self.length >> 4);
      return typeof text === 'string' ? BigInt(self.indexOf(text, typeof from === 'bigint' ? Number(from) : 0)) : undefined;
    },
    isEmpty: alone((self) => self === ''),
    join: (_, [separator, list], frame) =>
      typeof separator === 'string' && list instanceof JavaList
        ? joinTexts(
            frame,
            list.items.map((item) => frame.print(item)),
            separator,
          )
        : undefined,
    lastIndexOf: (self, [text, from], frame) => {
      frame.spend(self.length >> 4);
      return typeof text === 'string' ? BigInt(self.lastIndexOf(text, typeof from === 'bigint' ? Number(from) : Infinity)) : undefined;
    },
    length: (self) => BigInt(self.length),
    matches: withText((self, pattern) => matching(pattern, (regex) => regex.matches(self))),
    replace: (self, [from, to], frame) =>
      typeof from === 'string' && typeof to === 'string' ? joinTexts(frame, self.split(from), to) : undefined,
    replaceAll: (self, [pattern, to], frame) =>
      typeof pattern === 'string' && typeof to === 'string' ? replaceMatches(self, pattern, to, Infinity, frame) : undefined,
    replaceFirst: (self, [pattern, to], frame) =>
      typeof pattern === 'string' && typeof to === 'string' ? replaceMatches(self, pattern, to, 1, frame) : undefined,
    split: (self, [pattern, limit], frame) => {
      frame.spend(self.length >> 2);
      return typeof pattern === 'string' ? split(self, pattern, typeof limit === 'bigint' ? Number(limit) : 0) : undefined;
    },
    startsWith: (self, [text, from]) =>
      typeof text === 'string' ? self.startsWith(text, typeof from === 'bigint' ? Number(from) : 0) : undefined,
    substring: (self, [from, to], frame) => {
      frame.spend(self.length >> 4);
      const end = to === undefined ? self.length : indexWithin(to, self.length);
      const start = end === undefined ? undefined : indexWithin(from, end);
      return start === undefined ? undefined : self.slice(start, end);
    },
    toCharArray: (self, _, frame) => {
      frame.spend(self.length);
      return new JavaList([...Array(self.length).keys()].map((index) => self[index]));
    },
    toLowerCase: alone((self) => self.toLowerCase()),
    toString: (self) => self,
    toUpperCase: alone((self) => self.toUpperCase()),
    // Java's trim takes away everything up to the blank.
    // oxlint-disable-next-line no-control-regex
    trim: alone((self) => self.replace(/^[\u0000-\u0020]+/, '').replace(/[\u0000-\u0020]+$/, '')),
  },
  (_, [value], frame) => frame.print(value),
);

function joinTexts(frame: Frame, parts: readonly string[], separator: string): string {
  let length = separator.length * Math.max(0, parts.length - 1);
  for (const part of parts) length += part.length;
  frame.checkLength(length);
  return parts.join(separator);
}

function compare(self: string, other: string): bigint {
  const shared = Math.min(self.length, other.length);
  for (let index = 0; index < shared; index++) {
    const difference = self.charCodeAt(index) - other.charCodeAt(index);
    if (difference !== 0) return BigInt(difference);
  }
  return BigInt(self.length - other.length);
}

/** Patterns of templates are few. */
const maxKept = 200;
const kept = new Map<string, JavaRegex>();

function regex(pattern: string): JavaRegex {
  let compiled = kept.get(pattern);
  if (compiled === undefined) {
    try {
      compiled = new JavaRegex(pattern);
    } catch (error) {
      throw new VtlFailure((error as Error).message, { cause: error });
    }
    if (kept.size >= maxKept) kept.clear();
    kept.set(pattern, compiled);
  }
  return compiled;
}

/** @throws VtlFailure for a pattern that is none, or that takes too long for the text */
function matching<T>(pattern: string, use: (regex: JavaRegex) => T): T {
  const compiled = regex(pattern);
  try {
    return use(compiled);
  } catch (error) {
    if (error instanceof TookTooLong) throw new VtlFailure(error.message, { cause: error });
    throw error;
  }
}

function replaceMatches(self: string, pattern: string, replacement: string, count: number, frame: Frame): string {
  frame.spend(self.length >> 2);
  let text = '';
  let last = 0;
  for (const match of matching(pattern, (regex) => regex.matchesIn(self)).slice(0, count)) {
    text += self.slice(last, match.index) + expand(replacement, match);
    last = match.index + match[0].length;
    if (text.length > maxText) break;
  }
  return frame.sized(text + self.slice(last));
}

/** `$1` is a group, a backslash takes the next character as it is. */
function expand(replacement: string, match: RegExpExecArray): string {
  if (!/[\\$]/.test(replacement)) return replacement;
  return replacement.replaceAll(/\\([\s\S]?)|\$(\d?)/g, (_, escaped: string | undefined, group: string | undefined) => {
    if (group === undefined) {
      if (escaped === '') throw new VtlFailure('character to be escaped is missing');
      return escaped!;
    }
    if (group === '') throw new VtlFailure('Illegal group reference');
    if (Number(group) >= match.length) throw new VtlFailure(`No group ${group}`);
    return match[Number(group)] ?? '';
  });
}

/** As Java: empty texts at the end are dropped with limit 0, one at the start that comes from an empty match always. */
function split(self: string, pattern: string, limit: number): JavaList {
  const parts: string[] = [];
  let last = 0;
  for (const match of matching(pattern, (regex) => regex.matchesIn(self))) {
    if (limit > 0 && parts.length === limit - 1) break;
    const end = match.index + match[0].length;
    if (end === 0 || (match[0] === '' && match.index === self.length)) continue;
    parts.push(self.slice(last, match.index));
    last = end;
  }
  parts.push(self.slice(last));
  if (limit === 0 && parts.length > 1) while (parts.at(-1) === '') parts.pop();
  return new JavaList(parts);
}
