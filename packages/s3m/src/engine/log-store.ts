/** A line that a function, a task or the engine wrote. */
export interface LogLine {
  /** Name of the function or service. */
  readonly source: string;
  readonly stream: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

interface Kept {
  readonly line: LogLine;
  readonly order: number;
}

/** Characters that are kept of a source. */
const maxCharacters = 64 * 1024 * 1024;

/** Keeps the newest lines of each source, for `s3m logs`; `capacity` of them, 5,000 by default. One that talks much drives out no other. */
export class LogStore {
  readonly #capacity: number;
  readonly #followers = new Set<(line: LogLine) => void>();
  readonly #bySource = new Map<string, Kept[]>();
  readonly #characters = new Map<string, number>();
  #count = 0;

  constructor(capacity = 5_000) {
    this.#capacity = capacity;
  }

  add(line: LogLine): void {
    let kept = this.#bySource.get(line.source);
    if (kept === undefined) {
      kept = [];
      this.#bySource.set(line.source, kept);
    }
    kept.push({ line, order: this.#count++ });
    let characters = (this.#characters.get(line.source) ?? 0) + line.message.length;
    // Cut rarely, so that adding stays cheap.
    const surplus = kept.length > this.#capacity * 2 ? kept.length - this.#capacity : characters > maxCharacters ? kept.length >> 1 : 0;
    for (const old of kept.splice(0, surplus)) characters -= old.line.message.length;
    this.#characters.set(line.source, characters);
    for (const follower of this.#followers) follower(line);
  }

  /** The newest `limit` lines whose source matches `name`, in the order they came; of all sources when it is undefined. */
  tail(name: string | undefined, limit: number): readonly LogLine[] {
    const matching = [...this.#bySource].filter(([source]) => matchesSource(source, name)).flatMap(([, kept]) => kept.slice(-limit));
    return matching
      .toSorted((one, other) => one.order - other.order)
      .slice(-limit)
      .map(({ line }) => line);
  }

  /** Calls back for each new line that matches; answers a function that stops it. */
  follow(name: string | undefined, callback: (line: LogLine) => void): () => void {
    const follower = (line: LogLine): void => {
      if (matchesSource(line.source, name)) callback(line);
    };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** Names of everything that has written so far. */
  sources(): readonly string[] {
    return [...this.#bySource.keys()].toSorted();
  }
}

/** A name is matched whole or as a part, whatever the case: `weather` finds `Weather-WeatherService-0A1B2C`. */
function matchesSource(source: string, name: string | undefined): boolean {
  return name === undefined || source.toLowerCase().includes(name.toLowerCase());
}
