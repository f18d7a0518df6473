/** Images without a name that a build leaves in Docker: the last one of each stage. */
export interface StageImages {
  /** Short ids, in the order of the stages. */
  readonly ids: readonly string[];
  /** Those that this build has made, and not found in Docker's cache. */
  readonly made: readonly string[];
}

/** Follows what Docker's builder prints, step by step, and tells which images its stages have come to so far. */
export class BuildSteps {
  readonly #stages: { id: string; cached: boolean }[] = [];
  #step: 'from' | 'other' | undefined;
  #begun = false;
  #cached = false;

  /** Whether the line has changed the answer. */
  add(line: string): boolean {
    const instruction = /^Step \d+\/\d+ : (\S+)/.exec(line)?.[1];
    if (instruction !== undefined) {
      this.#step = instruction.toUpperCase() === 'FROM' ? 'from' : 'other';
      this.#cached = false;
      if (this.#step === 'from') this.#begun = false;
      return false;
    }
    if (/^ ---> Using cache$/.test(line)) {
      this.#cached = true;
      return false;
    }
    const id = /^ ---> ([0-9a-f]{12})$/.exec(line)?.[1];
    // The image of a FROM is the one that the stage begins with: somebody else's.
    if (id === undefined || this.#step !== 'other') return false;
    if (this.#begun) this.#stages.pop();
    this.#begun = true;
    this.#stages.push({ id, cached: this.#cached });
    return true;
  }

  get images(): StageImages {
    return {
      ids: this.#stages.map(({ id }) => id),
      made: this.#stages.filter(({ cached }) => !cached).map(({ id }) => id),
    };
  }
}
