import { compileRegex, invalidPattern, type MessageTest } from './message-test.ts';

type ValueTest = (root: unknown) => boolean;
type Token = readonly [kind: 'selector' | 'operator' | 'text' | 'word' | 'regex' | 'mark', text: string];

const tokenForms: readonly (readonly [Token[0], RegExp])[] = [
  ['selector', /\$(?:\.[\w-]+|\["[^"]*"\]|\[\d+\]|\[\*\])+/y],
  ['mark', /&&|\|\||[()]/y],
  ['operator', /!=|<=|>=|=|<|>/y],
  ['text', /"((?:[^"\\]|\\.)*)"/y],
  ['regex', /%([^%]*)%/y],
  ['word', /[^\s()"=<>&|!{}]+/y],
];

/**
 * Compiles `{ ($.status >= 400 && $.user.name = "a*") || $.gone IS TRUE }`. A message that is no JSON object never fits.
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax", JSON. @throws ServiceError
 */
export function compileJsonPattern(pattern: string): MessageTest {
  if (!pattern.endsWith('}')) throw invalidPattern();
  const parser = new PatternParser(readTokens(pattern.slice(1, -1)));
  const test = parser.parseAll();
  return (message) => {
    if (!message.trimStart().startsWith('{')) return false;
    try {
      return test(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const found = tokenForms.map(([kind, form]) => ({ kind, form, match: matchAt(form, text, at) })).find(({ match }) => match !== null);
    if (found?.match == null) throw invalidPattern();
    const [whole, inner] = found.match;
    tokens.push([found.kind, inner?.replaceAll(/\\(.)/g, '$1') ?? whole]);
    at += whole.length;
  }
  return tokens;
}

function matchAt(form: RegExp, text: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(text);
}

class PatternParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parseAll(): ValueTest {
    const test = this.#parseOr();
    if (this.#at < this.#tokens.length) throw invalidPattern();
    return test;
  }

  #parseOr(): ValueTest {
    const parts = [this.#parseAnd()];
    while (this.#take('mark', '||')) parts.push(this.#parseAnd());
    return parts.length === 1 ? parts[0]! : (root) => parts.some((part) => part(root));
  }

  #parseAnd(): ValueTest {
    const parts = [this.#parseOne()];
    while (this.#take('mark', '&&')) parts.push(this.#parseOne());
    return parts.length === 1 ? parts[0]! : (root) => parts.every((part) => part(root));
  }

  #parseOne(): ValueTest {
    if (this.#take('mark', '(')) {
      const inner = this.#parseOr();
      if (!this.#take('mark', ')')) throw invalidPattern();
      return inner;
    }
    const select = compileSelector(this.#next('selector'));
    if (this.#takeWords('IS', 'TRUE')) return (root) => select(root).includes(true);
    if (this.#takeWords('IS', 'FALSE')) return (root) => select(root).includes(false);
    if (this.#takeWords('IS', 'NULL')) return (root) => select(root).includes(null);
    if (this.#takeWords('NOT', 'EXISTS')) return (root) => select(root).length === 0;
    if (this.#takeWords('EXISTS')) return (root) => select(root).length > 0;
    return this.#parseComparison(select);
  }

  #parseComparison(select: (root: unknown) => readonly unknown[]): ValueTest {
    const operator = this.#next('operator');
    const [kind, text] = this.#tokens[this.#at++] ?? [];
    if (text === undefined || kind === 'mark' || kind === 'operator' || kind === 'selector') throw invalidPattern();
    const number = kind === 'word' && text.trim() !== '' ? Number(text) : Number.NaN;
    if (operator !== '=' && operator !== '!=') {
      if (Number.isNaN(number)) throw invalidPattern();
      const compare = comparisons[operator]!;
      return (root) => select(root).some((value) => typeof value === 'number' && compare(value, number));
    }
    const equals = kind === 'regex' ? regexTest(text) : equalTest(text, number);
    // A value that is not there is not equal, and not unequal.
    return operator === '=' ? (root) => select(root).some(equals) : (root) => select(root).some((value) => !equals(value));
  }

  #next(kind: Token[0]): string {
    const token = this.#tokens[this.#at++];
    if (token?.[0] !== kind) throw invalidPattern();
    return token[1];
  }

  #take(kind: Token[0], text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.[0] !== kind || token[1] !== text) return false;
    this.#at++;
    return true;
  }

  #takeWords(...words: readonly string[]): boolean {
    const isThere = words.every((word, index) => {
      const [kind, text] = this.#tokens[this.#at + index] ?? [];
      return kind === 'word' && text?.toUpperCase() === word;
    });
    if (isThere) this.#at += words.length;
    return isThere;
  }
}

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '<': (one, other) => one < other,
  '>': (one, other) => one > other,
  '<=': (one, other) => one <= other,
  '>=': (one, other) => one >= other,
};

function regexTest(source: string): (value: unknown) => boolean {
  const test = compileRegex(source);
  return (value) => typeof value === 'string' && test(value);
}

/** A star at either end, or alone, stands for anything. */
function equalTest(text: string, number: number): (value: unknown) => boolean {
  const start = text.startsWith('*');
  const end = text.endsWith('*') && text.length > 1;
  const core = text.slice(start ? 1 : 0, end ? -1 : undefined);
  return (value) => {
    if (typeof value === 'number') return value === number;
    if (typeof value !== 'string') return false;
    if (start && end) return value.includes(core);
    if (start) return value.endsWith(core);
    return end ? value.startsWith(core) : value === text;
  };
}

function compileSelector(text: string): (root: unknown) => readonly unknown[] {
  const steps = [...text.matchAll(/\.([\w-]+)|\["([^"]*)"\]|\[(\d+)\]|(\[\*\])/g)].map(([, name, quoted, index, all]) => ({
    key: name ?? quoted,
    index: index === undefined ? undefined : Number(index),
    all: all !== undefined,
  }));
  return (root) => {
    let values: readonly unknown[] = [root];
    for (const { key, index, all } of steps) {
      values = values.flatMap((value) => {
        if (Array.isArray(value)) return all ? value : index !== undefined && index < value.length ? [value[index] as unknown] : [];
        if (typeof value !== 'object' || value === null || key === undefined || !Object.hasOwn(value, key)) return [];
        return [(value as Record<string, unknown>)[key]];
      });
    }
    return values;
  };
}
