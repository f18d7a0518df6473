/** One character of a text, any one, or any run of them. */
type Part = string | typeof one | typeof run;

const one = Symbol('?');
const run = Symbol('*');

/**
 * A pattern of a rule: `*` is any run of characters, `?` any one; a backslash takes a wildcard's meaning away. Only the last star is ever tried
 * again, so that no pattern and no request takes long together.
 */
export class WildcardPattern {
  readonly #parts: readonly Part[];
  readonly #ignoreCase: boolean;

  /** @param flags `i` to compare without regard to case */
  constructor(text: string, flags: '' | 'i') {
    this.#ignoreCase = flags === 'i';
    const parts = (this.#ignoreCase ? text.toLowerCase() : text).match(/\\[*?]|[\s\S]/g) ?? [];
    this.#parts = parts.map((part) => (part === '*' ? run : part === '?' ? one : part.slice(-1)));
  }

  /** Whether the whole of `value` is of this form. */
  test(value: string): boolean {
    const text = this.#ignoreCase ? value.toLowerCase() : value;
    const parts = this.#parts;
    let at = 0;
    let from = 0;
    let afterRun = -1;
    let resume = 0;
    while (from < text.length) {
      const part = parts[at];
      if (part === run) {
        afterRun = ++at;
        resume = from;
      } else if (part === one || part === text[from]) {
        at++;
        from++;
      } else if (afterRun >= 0) {
        at = afterRun;
        from = ++resume;
      } else return false;
    }
    while (parts[at] === run) at++;
    return at === parts.length;
  }
}
