/** A line that a function, a task or the engine wrote. */
export interface LogLine {
  /** Name of the function or service. */
  readonly source: string;
  readonly stream: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** Keeps the newest lines of everything that runs, for `s3m logs`; `capacity` of them, 10,000 by default. */
export class LogStore {
  readonly #capacity: number;
  readonly #followers = new Set<(line: LogLine) => void>();
  #lines: LogLine[] = [];

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    // Cut rarely, so that adding stays cheap.
    if (this.#lines.length > this.#capacity * 2) this.#lines = this.#lines.slice(-this.#capacity);
    for (const follower of this.#followers) follower(line);
  }

  /** The newest `limit` lines whose source matches `name`; all when it is undefined. */
  tail(name: string | undefined, limit: number): readonly LogLine[] {
    return this.#lines.filter((line) => matchesSource(line, name)).slice(-limit);
  }

  /** Calls back for each new line that matches; answers a function that stops it. */
  follow(name: string | undefined, callback: (line: LogLine) => void): () => void {
    const follower = (line: LogLine): void => {
      if (matchesSource(line, name)) callback(line);
    };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** Names of everything that has written so far. */
  sources(): readonly string[] {
    return [...new Set(this.#lines.map(({ source }) => source))].sort();
  }
}

/** A name is matched whole or as a part, whatever the case: `weather` finds `Weather-WeatherService-0A1B2C`. */
function matchesSource(line: LogLine, name: string | undefined): boolean {
  return name === undefined || line.source.toLowerCase().includes(name.toLowerCase());
}
