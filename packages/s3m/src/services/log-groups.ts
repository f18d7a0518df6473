import type { Directory } from '../capabilities/directory.ts';
import type { LogEvent, LogGroup } from '../capabilities/log-group.ts';
import { LineRing } from '../trace/line-ring.ts';

/** Events that a group keeps, and characters of them together; the oldest go first. */
const CAPACITY = 10_000;
const maxCharacters = 64 * 1024 * 1024;

/** A log group in memory. */
export class MemoryLogGroup implements LogGroup {
  readonly name: string;
  /** Set while the group exists only because something was logged: removes it, and may be taken over by a resource. */
  withdraw: (() => void) | undefined;
  readonly #events: LineRing;
  readonly #followers = new Set<(event: LogEvent) => void>();

  constructor(name: string, capacity: number = CAPACITY) {
    this.name = name;
    this.#events = new LineRing(capacity, maxCharacters);
  }

  put(event: LogEvent): void {
    this.#events.add(event);
    for (const follower of this.#followers) follower(event);
  }

  tail(limit: number): readonly LogEvent[] {
    return this.#events.tail(limit);
  }

  follow(callback: (event: LogEvent) => void): () => void {
    this.#followers.add(callback);
    return () => void this.#followers.delete(callback);
  }
}

/** The log group `name`; created when it is not there yet, as services do at their first log line (LMB-045). */
export function ensureLogGroup(directory: Directory, name: string): LogGroup {
  const existing = directory.find('logGroup', name);
  if (existing !== undefined) return existing;
  const group = new MemoryLogGroup(name);
  group.withdraw = directory.provide('logGroup', name, group);
  return group;
}

/**
 * Makes `name` the group of a resource; a group that was created by a log line is taken over with its events, as functions
 * are started, and log, before a group that names them is created. Answers what removes it; undefined when a resource has it already.
 */
export function declareLogGroup(directory: Directory, name: string): (() => void) | undefined {
  const existing = directory.find('logGroup', name);
  if (existing === undefined) return directory.provide('logGroup', name, new MemoryLogGroup(name));
  if (!(existing instanceof MemoryLogGroup)) return undefined;
  const { withdraw } = existing;
  existing.withdraw = undefined;
  return withdraw;
}
