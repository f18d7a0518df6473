export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly stream: string;
  readonly message: string;
  /** When it came in, if not at `timestamp`. */
  readonly ingestedAt?: number;
}

/** A CloudWatch Logs group. */
export interface LogGroup {
  readonly name: string;
  put(event: LogEvent): void;
  /** Events in the order of arrival, the newest `limit` of them. */
  tail(limit: number): readonly LogEvent[];
  /** Calls back for each new event; answers a function that stops it. */
  follow(callback: (event: LogEvent) => void): () => void;
}
