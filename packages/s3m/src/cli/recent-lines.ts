import type { Problem } from '../engine/problem.ts';

/** As much as an app's own output can fill of an error. */
const kept = 500;

/** What progress has printed lately, so that an error that quotes the same output doesn't print it a second time. */
export class RecentLines {
  readonly #lines = new Set<string>();

  add(line: string): void {
    this.#lines.delete(line.trim());
    this.#lines.add(line.trim());
    for (const oldest of this.#lines) {
      if (this.#lines.size <= kept) break;
      this.#lines.delete(oldest);
    }
  }

  /** The same problems; a quotation whose every line stands above already is left out of its message. */
  withoutRepetition(problems: readonly Problem[]): readonly Problem[] {
    return problems.map((problem) => {
      const [first, ...quoted] = problem.message.split('\n');
      const repeats = quoted.length > 0 && quoted.every((line) => line.trim() === '' || this.#lines.has(line.trim()));
      return repeats ? { ...problem, message: `${first}; its output stands above` } : problem;
    });
  }
}
