import { JavaList, JavaMap, type JavaValue } from './java-value.ts';

/** Text that is no JSON. */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem';
}

const maxDepth = 200;

/** `unquotedNames`: whether `{name: 1}` counts as `{"name": 1}`. */
export interface JsonOptions {
  readonly unquotedNames?: boolean;
}

/** Reads JSON into values as Java has them: order of names kept, integers apart from fractions. @throws JsonProblem */
export function readJson(text: string, options: JsonOptions = {}): JavaValue {
  const reader = new JsonReader(text, options.unquotedNames ?? false);
  return reader.read();
}

const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex
const stringPart = /[^"\\\u0000-\u001f]*/y;
const token = /[^\s,:[\]{}"]*/y;
const unquotedName = /[A-Za-z_$][\w$-]*/y;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class JsonReader {
  readonly #text: string;
  readonly #unquotedNames: boolean;
  #at = 0;

  constructor(text: string, unquotedNames: boolean) {
    this.#text = text;
    this.#unquotedNames = unquotedNames;
  }

  read(): JavaValue {
    const value = this.#value(0);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#fail();
    return value;
  }

  #value(depth: number): JavaValue {
    if (depth > maxDepth) throw new JsonProblem(`nested more than ${maxDepth} deep`);
    this.#skipBlanks();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      default:
        return this.#literal();
    }
  }

  #object(depth: number): JavaMap {
    const map = new JavaMap();
    this.#at++;
    this.#skipBlanks();
    if (this.#take('}')) return map;
    for (;;) {
      this.#skipBlanks();
      const name = this.#name();
      this.#skipBlanks();
      if (!this.#take(':')) this.#fail('was expecting a colon to separate field name and value');
      map.entries.set(name, this.#value(depth + 1));
      this.#skipBlanks();
      if (this.#take('}')) return map;
      if (!this.#take(',')) this.#fail('was expecting comma to separate Object entries');
    }
  }

  #name(): string {
    if (this.#text[this.#at] === '"') return this.#string();
    const name = this.#unquotedNames ? this.#match(unquotedName)?.[0] : undefined;
    return name ?? this.#fail('was expecting double-quote to start field name');
  }

  #array(depth: number): JavaList {
    const items: JavaValue[] = [];
    this.#at++;
    this.#skipBlanks();
    if (this.#take(']')) return new JavaList(items, true);
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#skipBlanks();
      if (this.#take(']')) return new JavaList(items, true);
      if (!this.#take(',')) this.#fail('was expecting comma to separate Array entries');
    }
  }

  #string(): string {
    this.#at++;
    let value = '';
    for (;;) {
      value += this.#match(stringPart)?.[0] ?? '';
      const next = this.#text[this.#at++];
      if (next === '"') return value;
      if (next !== '\\') {
        this.#at--;
        this.#fail(next === undefined ? 'was expecting closing quote for a string value' : 'has to be escaped using backslash');
      }
      const escape = this.#text[this.#at++] ?? '';
      if (escape === 'u') {
        const hex = this.#text.slice(this.#at, this.#at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.#fail('expected a hex-digit for character escape sequence');
        value += String.fromCharCode(Number.parseInt(hex, 16));
        this.#at += 4;
      } else {
        if (!Object.hasOwn(escapes, escape)) this.#fail('unrecognized character escape');
        value += escapes[escape]!;
      }
    }
  }

  #literal(): JavaValue {
    const from = this.#at;
    const word = this.#match(token)?.[0] ?? '';
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return undefined;
    this.#at = from;
    const matched = this.#match(number);
    if (matched?.[0] === word && word !== '') {
      return matched[1] === undefined && matched[2] === undefined ? BigInt(word) : Number(word);
    }
    this.#at = from;
    if (/^[A-Za-z]/.test(word))
      throw new JsonProblem(`Unrecognized token '${word.slice(0, 100)}': was expecting ('true', 'false' or 'null')`);
    return this.#fail("expected a valid value (number, String, array, object, 'true', 'false' or 'null')");
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at += match[0].length;
    return match;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fail(expected = 'was expecting the end'): never {
    const character = this.#text[this.#at];
    if (character === undefined) throw new JsonProblem(`Unexpected end-of-input: ${expected}`);
    throw new JsonProblem(`Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${expected}`);
  }
}
