import { withinTime } from './within-time.ts';

/** A regular expression that Java and JavaScript would take differently, or that is none. */
export class PatternProblem extends Error {
  override readonly name = 'PatternProblem';
}

/** Backtracking steps that are always soon over. */
const cheap = 1_000_000;

/** A Java regular expression, compiled. Matching is bounded in time, whatever the pattern and the text. */
export class JavaRegex {
  readonly #whole: RegExp;
  readonly #anywhere: RegExp;
  /** Upper bound of the power of the text's length that backtracking takes; infinite with repeated groups. */
  readonly #degree: number;

  /** @throws PatternProblem */
  constructor(pattern: string) {
    this.#whole = compileWhole(pattern);
    this.#anywhere = compile(toJavaScript(pattern), 'gu');
    const bare = pattern.replaceAll(/\\./gs, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
    this.#degree = /\)[*+{]/.test(bare) ? Infinity : 1 + (bare.match(/[*+?{|]/g)?.length ?? 0);
  }

  /** Whether the whole of a text matches. @throws TookTooLong */
  matches(text: string): boolean {
    return this.isCheap(text) ? this.#whole.test(text) : withinTime(() => this.#whole.test(text));
  }

  /** All matches, from left to right. @throws TookTooLong */
  matchesIn(text: string): RegExpExecArray[] {
    return this.#run(text, () => [...text.matchAll(this.#anywhere)]);
  }

  /** Whether matching takes next to no time, however the text looks. */
  isCheap(text: string): boolean {
    return text.length ** this.#degree <= cheap;
  }

  #run<T>(text: string, task: () => T): T {
    return this.isCheap(text) ? task() : withinTime(task);
  }
}

/** For the whole of a text, without a bound in time. @throws PatternProblem */
export function compileWhole(pattern: string): RegExp {
  return compile(`^(?:${toJavaScript(pattern)})$`, 'u');
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new PatternProblem(`not a regular expression that is simulated: ${(error as Error).message}`, { cause: error });
  }
}

/** Constructs that JavaScript reads in another way are refused instead of being taken for something else. */
function toJavaScript(pattern: string): string {
  const set = /\[[^\]]*(?:&&|\[)/.exec(pattern.replaceAll(/\\./gs, ''));
  if (set !== null) throw new PatternProblem(`character classes within character classes are not simulated: ${pattern}`);
  // In Java a backslash before anything but a letter or digit stands for that character; JavaScript allows it before some only.
  return pattern.replaceAll(/\\([^A-Za-z0-9])/gs, (_, character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
