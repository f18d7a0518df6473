import type { Directory } from '../capabilities/directory.ts';
import type { LogEvent, LogGroup } from '../capabilities/log-group.ts';
import { LineRing } from '../trace/line-ring.ts';

/** Events that a group keeps, and characters of them together; the oldest go first. */
const CAPACITY = 10_000;
const maxCharacters = 64 * 1024 * 1024;

/** What is known of a log stream; times in milliseconds since the epoch. */
export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  firstEventAt?: number;
  lastEventAt?: number;
  lastIngestedAt?: number;
}

/** An event with the number that it has among all that its group ever got. */
export interface NumberedEvent extends LogEvent {
  readonly number: number;
}

/** A log group in memory. */
export class MemoryLogGroup implements LogGroup {
  readonly name: string;
  /** Set while the group exists only because something was logged: removes it, and may be taken over by a resource. */
  withdraw: (() => void) | undefined;
  /** Milliseconds since the epoch; the first event's time when nobody created the group. */
  createdAt: number | undefined;
  /** Days; undefined keeps events for ever. */
  retentionInDays: number | undefined;
  tags: Readonly<Record<string, string>> = {};
  /** By name; those that were created without an event, too. */
  readonly streams: Map<string, LogStream> = new Map<string, LogStream>();
  readonly #events: LineRing;
  readonly #capacity: number;
  /** When events came in that say so, by their numbers. */
  readonly #ingested = new Map<number, number>();
  /** Up to which number a stream was deleted. */
  readonly #removed = new Map<string, number>();
  /** The number that the next event will have. */
  #next = 0;
  /** How often a stream was deleted. */
  removals = 0;
  readonly #followers = new Set<(event: LogEvent) => void>();

  constructor(name: string, capacity: number = CAPACITY) {
    this.name = name;
    this.#capacity = capacity;
    this.#events = new LineRing(capacity, maxCharacters);
  }

  put(event: LogEvent): void {
    this.createdAt ??= event.timestamp;
    this.#note(event);
    this.#events.add(event);
    this.#next++;
    for (const follower of this.#followers) follower(event);
  }

  tail(limit: number): readonly LogEvent[] {
    return this.#events.tail(limit);
  }

  /** All that are kept and whose retention has not ended, in the order of arrival. */
  *events(now: number): Iterable<NumberedEvent> {
    const oldest = this.retentionInDays === undefined ? Number.NEGATIVE_INFINITY : now - this.retentionInDays * 86_400_000;
    let number = this.#next - this.#events.count;
    for (const event of this.#events.tail(this.#events.count)) {
      const ingestedAt = this.#ingested.get(number) ?? event.timestamp;
      if (event.timestamp >= oldest && number >= (this.#removed.get(event.stream) ?? 0)) yield { ...event, number, ingestedAt };
      number++;
    }
  }

  /** The number that the next event will have. */
  get nextNumber(): number {
    return this.#next;
  }

  /** Forgets a stream with its events. */
  removeStream(name: string): void {
    this.streams.delete(name);
    this.removals++;
    this.#removed.set(name, this.#next);
  }

  /** Forgets all streams. Answers how many events there were. */
  empty(now: number): number {
    const { length } = [...this.events(now)];
    for (const stream of this.streams.keys()) this.removeStream(stream);
    return length;
  }

  follow(callback: (event: LogEvent) => void): () => void {
    this.#followers.add(callback);
    return () => void this.#followers.delete(callback);
  }

  #note({ stream: name, timestamp, ingestedAt = timestamp }: LogEvent): void {
    let stream = this.streams.get(name);
    if (stream === undefined) this.streams.set(name, (stream = { name, createdAt: ingestedAt }));
    stream.firstEventAt = Math.min(stream.firstEventAt ?? timestamp, timestamp);
    stream.lastEventAt = Math.max(stream.lastEventAt ?? timestamp, timestamp);
    stream.lastIngestedAt = ingestedAt;
    if (ingestedAt === timestamp) return;
    this.#ingested.set(this.#next, ingestedAt);
    if (this.#ingested.size > this.#capacity) this.#ingested.delete(this.#ingested.keys().next().value!);
  }
}

/** The log group `name`; created when it is not there yet, as services do at their first log line (LMB-045). */
export function ensureLogGroup(directory: Directory, name: string): LogGroup {
  const existing = directory.find('logGroup', name);
  if (existing !== undefined) return existing;
  const group = new MemoryLogGroup(name);
  group.withdraw = provideLogGroup(directory, group);
  return group;
}

const watchers = new WeakMap<Directory, (group: MemoryLogGroup) => void>();

/** Tells each group that comes into the account from now on. */
export function watchLogGroups(directory: Directory, watcher: (group: MemoryLogGroup) => void): void {
  watchers.set(directory, watcher);
}

/** Puts a new group into the account. Answers what removes it. */
export function provideLogGroup(directory: Directory, group: MemoryLogGroup): () => void {
  const withdraw = directory.provide('logGroup', group.name, group);
  watchers.get(directory)?.(group);
  return withdraw;
}

/**
 * Makes `name` the group of a resource; a group that was created by a log line is taken over with its events, as functions
 * are started, and log, before a group that names them is created. Answers what removes it; undefined when a resource has it already.
 */
export function declareLogGroup(directory: Directory, name: string): (() => void) | undefined {
  const existing = directory.find('logGroup', name);
  if (existing === undefined) return provideLogGroup(directory, new MemoryLogGroup(name));
  if (!(existing instanceof MemoryLogGroup)) return undefined;
  const { withdraw } = existing;
  existing.withdraw = undefined;
  return withdraw;
}

/** The group as what reads and changes it needs it. */
export function findLogGroup(directory: Directory, name: string): MemoryLogGroup | undefined {
  const group = directory.find('logGroup', name);
  return group instanceof MemoryLogGroup ? group : undefined;
}
