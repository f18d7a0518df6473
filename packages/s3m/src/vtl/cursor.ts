import { VtlSyntaxProblem } from './vtl-problem.ts';

/** How deep directives and values may be nested in a template. */
const maxDepth = 100;

/** A place in a template's text. */
export class Cursor {
  readonly text: string;
  at = 0;
  #depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here, empty at the end. */
  get next(): string {
    return this.text[this.at] ?? '';
  }

  /** What the sticky pattern matches here, stepping over it. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text) ?? undefined;
    if (match !== undefined) this.at += match[0].length;
    return match;
  }

  take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  skipBlanks(): void {
    this.match(/[ \t\r\n]*/y);
  }

  expect(text: string, where: string): void {
    this.skipBlanks();
    if (!this.take(text)) this.fail(`${text} expected ${where}`);
  }

  /** Runs what may call itself. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > maxDepth) this.fail(`nested more than ${maxDepth} deep`);
    try {
      return parse();
    } finally {
      this.#depth--;
    }
  }

  /** @throws VtlSyntaxProblem with the line and column of this place */
  fail(problem: string, kind: 'invalid' | 'unsupported' = 'invalid'): never {
    const before = this.text.slice(0, this.at).split('\n');
    throw new VtlSyntaxProblem(kind, `line ${before.length}, column ${before.at(-1)!.length + 1}: ${problem}`);
  }
}
