import { LineRing, type Line } from '../trace/line-ring.ts';

/** A line that a function, a task or the engine wrote. */
export interface LogLine extends Line {
  /** Name of the function or service. */
  readonly source: string;
  /** The log group with the source's name has it. */
  readonly quiet?: true;
}

/** Something that keeps lines. */
interface Lines {
  /** The newest ones, in the order in which they came. */
  tail(limit: number): readonly Line[];
}

/** What is kept of one source. */
interface Kept {
  /** Undefined where its log group keeps them. */
  readonly lines: LineRing | undefined;
  /** When each line came, counted over all sources. */
  readonly orders: number[];
  /** Lines so far, with those that are gone. */
  total: number;
}

/** Characters that are kept of a source. */
const maxCharacters = 64 * 1024 * 1024;

/** Keeps the newest lines of each source, for `s3m logs`; `capacity` of them, 5,000 by default. One that talks much drives out no other. */
export class LogStore {
  readonly #capacity: number;
  readonly #findGroup: (name: string) => Lines | undefined;
  readonly #followers = new Set<(line: LogLine) => void>();
  readonly #bySource = new Map<string, Kept>();
  #count = 0;

  constructor(capacity = 5_000, findGroup: (name: string) => Lines | undefined = () => undefined) {
    this.#capacity = capacity;
    this.#findGroup = findGroup;
  }

  add(line: LogLine): void {
    let kept = this.#bySource.get(line.source);
    if (kept === undefined) {
      kept = { lines: line.quiet ? undefined : new LineRing(this.#capacity, maxCharacters), orders: [], total: 0 };
      this.#bySource.set(line.source, kept);
    }
    kept.lines?.add(line);
    kept.orders[kept.total++ % this.#capacity] = this.#count++;
    for (const follower of this.#followers) follower(line);
  }

  /** The newest `limit` lines whose source matches `name`, in the order they came; of all sources when it is undefined. */
  tail(name: string | undefined, limit: number): readonly LogLine[] {
    const matching = [...this.#bySource]
      .filter(([source]) => matchesSource(source, name))
      .flatMap(([source, kept]) => this.#newest(source, kept, limit));
    return matching
      .toSorted((one, other) => one.order - other.order)
      .slice(-limit)
      .map(({ line }) => line);
  }

  #newest(source: string, { lines, orders, total }: Kept, limit: number): { readonly line: LogLine; readonly order: number }[] {
    // A group may have lines from before.
    const newest = (lines ?? this.#findGroup(source))?.tail(Math.min(limit, total, this.#capacity)) ?? [];
    return newest.map((line, index) => ({
      line: { source, timestamp: line.timestamp, stream: line.stream, message: line.message },
      order: orders[(total - newest.length + index) % this.#capacity]!,
    }));
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
