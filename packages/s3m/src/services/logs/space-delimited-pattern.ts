import { compileRegex, invalidPattern, type MessageTest } from './message-test.ts';

type FieldTest = (field: string) => boolean;
type Token = readonly [kind: 'mark' | 'operator' | 'text' | 'regex' | 'word', text: string];
/** A place of the pattern: any number of fields, or one that must pass. */
type Place = 'any number' | FieldTest;

const tokenForms: readonly (readonly [Token[0], RegExp])[] = [
  ['mark', /&&|\|\||[(),]|\.\.\./y],
  ['operator', /!=|<=|>=|=|<|>/y],
  ['text', /"((?:[^"\\]|\\.)*)"/y],
  ['regex', /%([^%]*)%/y],
  ['word', /(?:(?!\.\.\.)[^\s()"=<>&|!,%])+/y],
];

/** Regular expressions that a pattern may have. */
const maxRegexes = 2;

/**
 * Compiles `[ip, user, ..., status = 4* && status != 404, bytes > 1000]`: one place for each field of the message, `...` for any number of them.
 * A field ends at a blank; what is in double quotes or brackets is one. Source: CloudWatch Logs User Guide, "Filter pattern syntax",
 * space-delimited. @throws ServiceError
 */
export function compileSpaceDelimitedPattern(pattern: string): MessageTest {
  if (!pattern.endsWith(']')) throw invalidPattern();
  const parser = new FieldParser(readTokens(pattern.slice(1, -1)));
  const places = parser.parsePlaces();
  const open = places.indexOf('any number');
  if (open === -1) {
    return (message) => {
      const fields = splitFields(message);
      return fields.length === places.length && passAll(places, fields);
    };
  }
  const before = places.slice(0, open);
  const after = places.slice(open + 1);
  if (after.includes('any number')) throw invalidPattern();
  return (message) => {
    const fields = splitFields(message);
    if (fields.length < before.length + after.length) return false;
    return passAll(before, fields) && passAll(after, fields.slice(fields.length - after.length));
  };
}

function passAll(places: readonly Place[], fields: readonly string[]): boolean {
  return places.every((place, index) => place === 'any number' || place(fields[index]!));
}

/** Quotes and brackets hold a field together and are no part of it. */
function splitFields(message: string): readonly string[] {
  return Array.from(message.matchAll(/"([^"]*)"|\[([^\]]*)\]|\S+/g), ([whole, quoted, bracketed]) => quoted ?? bracketed ?? whole);
}

function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const found = tokenForms.map(([kind, form]) => [kind, matchAt(form, text, at)] as const).find(([, match]) => match !== null);
    if (found?.[1] == null) throw invalidPattern();
    const [kind, [whole, inner]] = found as readonly [Token[0], RegExpExecArray];
    tokens.push([kind, kind === 'text' ? inner!.replaceAll(/\\(.)/g, '$1') : (inner ?? whole)]);
    at += whole.length;
  }
  return tokens;
}

function matchAt(form: RegExp, text: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(text);
}

class FieldParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #regexes = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parsePlaces(): readonly Place[] {
    const places: Place[] = [];
    do places.push(this.#take('...') ? 'any number' : this.#parsePlace());
    while (this.#take(','));
    if (this.#at < this.#tokens.length) throw invalidPattern();
    return places;
  }

  /** A bare name lets any field pass. */
  #parsePlace(): FieldTest {
    const [kind] = this.#tokens[this.#at] ?? [];
    const [next, text] = this.#tokens[this.#at + 1] ?? ['mark', ','];
    if (kind === 'word' && next === 'mark' && text === ',') {
      this.#at++;
      return () => true;
    }
    return this.#parseOr();
  }

  #parseOr(): FieldTest {
    const parts = [this.#parseAnd()];
    while (this.#take('||')) parts.push(this.#parseAnd());
    return (field) => parts.some((part) => part(field));
  }

  #parseAnd(): FieldTest {
    const parts = [this.#parseOne()];
    while (this.#take('&&')) parts.push(this.#parseOne());
    return (field) => parts.every((part) => part(field));
  }

  #parseOne(): FieldTest {
    if (this.#take('(')) {
      const inner = this.#parseOr();
      if (!this.#take(')')) throw invalidPattern();
      return inner;
    }
    if (this.#tokens[this.#at++]?.[0] !== 'word') throw invalidPattern();
    const [kind, operator = ''] = this.#tokens[this.#at++] ?? [];
    const [valueKind, value] = this.#tokens[this.#at++] ?? [];
    if (kind !== 'operator' || value === undefined || valueKind === 'mark' || valueKind === 'operator') throw invalidPattern();
    if (valueKind === 'regex' && ++this.#regexes > maxRegexes) throw invalidPattern();
    return compileComparison(operator, valueKind === 'regex' ? { regex: value } : { text: value, quoted: valueKind === 'text' });
  }

  #take(mark: string): boolean {
    const [kind, text] = this.#tokens[this.#at] ?? [];
    if (kind !== 'mark' || text !== mark) return false;
    this.#at++;
    return true;
  }
}

type Wanted = { readonly regex: string } | { readonly text: string; readonly quoted: boolean };

function compileComparison(operator: string, wanted: Wanted): FieldTest {
  if (operator === '=' || operator === '!=') {
    const equals = 'regex' in wanted ? compileRegex(wanted.regex) : equalTest(wanted.text, wanted.quoted);
    return operator === '=' ? equals : (field) => !equals(field);
  }
  const number = 'regex' in wanted ? undefined : toNumber(wanted.text);
  if (number === undefined) throw invalidPattern();
  return (field) => {
    const actual = toNumber(field);
    if (actual === undefined) return false;
    if (operator === '<') return actual < number;
    if (operator === '>') return actual > number;
    return operator === '<=' ? actual <= number : actual >= number;
  };
}

/** Numbers compare as such; in texts a star stands for anything. */
function equalTest(text: string, quoted: boolean): FieldTest {
  const number = quoted ? undefined : toNumber(text);
  if (number !== undefined) return (field) => field === text || toNumber(field) === number;
  const parts = text.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return (field) => field === text;
  const last = rest.pop()!;
  return (field) => {
    if (!field.startsWith(first) || field.length < first.length + last.length || !field.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = field.indexOf(part, at);
      if (found === -1 || found + part.length > field.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}

function toNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
