import type { ParseArgsOptionsConfig } from 'node:util';

/** What a verb gets: its parsed flags and words, and where to write. */
export interface Invocation {
  readonly flags: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly words: readonly string[];
  /** Everything behind `--`. */
  readonly rest: readonly string[];
  readonly directory: string;
}

/** One verb of the command: its flags, its help, what it does. Answers the exit code. */
export interface Verb {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  /** After `s3m NAME`: `[NAME] [-f]`. */
  readonly usage: string;
  /** Lines of help on flags and behaviour. */
  readonly details: string;
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly options: ParseArgsOptionsConfig;
  /** Whether it takes words beside flags. */
  readonly takesWords?: true;
  run(invocation: Invocation): Promise<number>;
}
