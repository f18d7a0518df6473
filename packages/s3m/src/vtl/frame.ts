import { printValue, maxText } from './print-value.ts';
import type { JavaValue } from './java-value.ts';
import { VtlFailure } from './vtl-problem.ts';

/** What a template finds without having set it: `$input`, `$context`; undefined for a name that is not there. */
export type Roots = (name: string) => JavaValue;

/** Work allowed to one rendering: about a second's. */
const maxSteps = 5_000_000;

/** One rendering under way: variables, text so far, and what may still be spent. */
export class Frame {
  readonly #roots: Roots;
  readonly #variables = new Map<string, JavaValue>();
  #text = '';
  #steps = 0;

  constructor(roots: Roots) {
    this.#roots = roots;
  }

  get text(): string {
    return this.#text;
  }

  find(name: string): JavaValue {
    return this.#variables.has(name) ? this.#variables.get(name) : this.#roots(name);
  }

  set(name: string, value: JavaValue): void {
    this.#variables.set(name, value);
  }

  /** What the name is bound to here, to be put back with {@link restore}. */
  save(name: string): { readonly bound: boolean; readonly value: JavaValue } {
    return { bound: this.#variables.has(name), value: this.#variables.get(name) };
  }

  restore(name: string, { bound, value }: { readonly bound: boolean; readonly value: JavaValue }): void {
    if (bound) this.#variables.set(name, value);
    else this.#variables.delete(name);
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length > maxText) throw new VtlFailure(`The text has more than ${maxText} characters`);
  }

  /** The text that `render` writes, kept apart. */
  capture<T>(render: () => T): { readonly text: string; readonly result: T } {
    const before = this.#text;
    this.#text = '';
    try {
      const result = render();
      return { text: this.#text, result };
    } finally {
      this.#text = before;
    }
  }

  /** Counts work. @throws VtlFailure when there was too much */
  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > maxSteps) throw new VtlFailure(`The template does more than ${maxSteps} steps`);
  }

  /** A text that was made, counted by its length. @throws VtlFailure when it is too long */
  sized(text: string): string {
    this.checkLength(text.length);
    return text;
  }

  /** Counts a text that is going to be made. @throws VtlFailure when it would be too long */
  checkLength(length: number): void {
    if (length > maxText) throw new VtlFailure(`A text would have more than ${maxText} characters`);
    this.spend(1 + (length >> 4));
  }

  /** `toString()` of a value. */
  print(value: JavaValue): string {
    return this.sized(printValue(value));
  }
}
