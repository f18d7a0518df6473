import { similarName } from '../template/similar-name.ts';
import { resourceTypeNames } from './resource-types.ts';

/** The words of `--accept`: types (`AWS::Foo::Bar`) and properties (`AWS::Foo::Bar.Baz`). Remembers which were of use. */
export class Accepted {
  readonly #words: ReadonlySet<string>;
  readonly #used = new Set<string>();

  constructor(words: readonly string[]) {
    this.#words = new Set(words);
  }

  has(word: string): boolean {
    if (!this.#words.has(word)) return false;
    this.#used.add(word);
    return true;
  }

  /** A sentence for each word that nothing in the template needed. */
  unused(): readonly string[] {
    return [...this.#words]
      .filter((word) => !this.#used.has(word))
      .map((word) => {
        const meant = similarName(word, new Set([...resourceTypeNames].filter((name) => name !== word)));
        const hint = resourceTypeNames.has(word.split('.')[0]!) ? '' : meant === undefined ? '' : `; did you mean ${meant}?`;
        return `--accept ${word}: nothing in the template needs it${hint}`;
      });
  }
}
