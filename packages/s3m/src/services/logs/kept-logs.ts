import type { LogEvent } from '../../capabilities/log-group.ts';
import type { Timer } from '../../clock/clock.ts';
import type { Change, Collection } from '../../state/state.ts';
import type { Account } from '../account.ts';
import { ensureLogGroup, findLogGroup, watchLogGroups, type LogStream, type MemoryLogGroup } from '../log-groups.ts';

/** How long events wait for others to be written with, in milliseconds. What a call of the API puts is written at once. */
const gatherMs = 200;
/** Events of a group that are kept; as many as are in memory. */
const capacity = 10_000;

/** What is kept of a group beside its events. */
interface GroupRecord {
  readonly createdAt?: number;
  readonly retentionInDays?: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly streams: readonly LogStream[];
}

/** Events that were written together; its key is `events/NUMBER/GROUP`. */
interface Chunk {
  readonly key: string;
  readonly count: number;
}

interface KeptGroup {
  readonly group: MemoryLogGroup;
  pending: LogEvent[];
  chunks: Chunk[];
  /** The record's JSON as it was written last. */
  written: string;
  removals: number;
}

/** The log groups of an account as the state has them (`--persist`): `group/NAME`, and events in the order in which they came. */
export class KeptLogs {
  readonly #account: Account;
  readonly #collection: Collection;
  readonly #groups = new Map<string, KeptGroup>();
  #next = 0;
  /** Those that are not yet safe. */
  readonly #writes = new Set<Promise<void>>();
  /** Deletions that were refused. */
  readonly #unwritten: Change[] = [];
  #timer: Timer | undefined;

  constructor(account: Account) {
    this.#account = account;
    this.#collection = account.state.collection('logs');
    const entries = [...this.#collection.entries()];
    const events = entries.filter(({ key }) => key.startsWith('events/'));
    watchLogGroups(account.directory, (group) => this.#take(group));
    for (const { key, value } of entries) {
      if (!key.startsWith('group/')) continue;
      // A resource of the same name takes it over, as it does with a group that a log line made.
      ensureLogGroup(account.directory, key.slice('group/'.length));
      const kept = this.#groups.get(key.slice('group/'.length))!;
      restoreRecord(kept.group, value as GroupRecord);
      kept.written = JSON.stringify(recordOf(kept.group));
    }
    for (const { key, value } of events) {
      const [, number, name] = /^events\/(\d+)\/(.*)$/s.exec(key)!;
      this.#next = Math.max(this.#next, Number(number) + 1);
      const kept = this.#groups.get(name!);
      if (kept === undefined) continue;
      const list = value as readonly LogEvent[];
      for (const event of list) kept.group.put(event);
      kept.pending = [];
      kept.chunks.push({ key, count: list.length });
    }
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Resolves when everything that was logged, or changed, so far is safe. @throws StateFailure */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const changes = [...this.#unwritten.splice(0), ...[...this.#groups.values()].flatMap((kept) => this.#changesOf(kept))];
    // What another call has handed over a moment ago may hold this one's events.
    if (changes.length > 0) {
      const own = this.#write(changes);
      const leave = (): void => void this.#writes.delete(own);
      this.#writes.add(own);
      own.then(leave, leave);
    }
    await Promise.all(this.#writes);
  }

  /** What is refused is written with the next change: everything anew, since nobody knows what is there. */
  async #write(changes: readonly Change[]): Promise<void> {
    try {
      await this.#collection.write(changes);
    } catch (error) {
      this.#unwritten.push(...changes.filter(({ kind }) => kind === 'delete'));
      for (const kept of this.#groups.values()) {
        kept.written = '';
        kept.removals = -1;
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.flush().catch(() => undefined);
  }

  #take(group: MemoryLogGroup): void {
    const kept: KeptGroup = { group, pending: [], chunks: this.#groups.get(group.name)?.chunks ?? [], written: '', removals: 0 };
    // One of the same name is gone, with its events.
    if (this.#groups.has(group.name)) kept.removals = -1;
    this.#groups.set(group.name, kept);
    group.follow((event) => {
      kept.pending.push(event);
      if (kept.pending.length >= 2 * capacity) kept.pending = kept.pending.slice(-capacity);
      this.#timer ??= this.#account.clock.after(gatherMs, () => void this.close());
    });
  }

  #changesOf(kept: KeptGroup): readonly Change[] {
    const { group } = kept;
    if (findLogGroup(this.#account.directory, group.name) !== group) {
      this.#groups.delete(group.name);
      return [{ kind: 'delete', key: `group/${group.name}` }, ...kept.chunks.map(({ key }) => ({ kind: 'delete' as const, key }))];
    }
    const changes: Change[] = [];
    const record = recordOf(group);
    const text = JSON.stringify(record);
    if (text !== kept.written) changes.push({ kind: 'put', key: `group/${group.name}`, value: record });
    kept.written = text;
    if (kept.removals !== group.removals) {
      // Events of a stream that was deleted stand between the others.
      changes.push(...this.#drop(kept, kept.chunks.length));
      kept.pending = [...group.events(Number.NEGATIVE_INFINITY)];
      kept.removals = group.removals;
    }
    if (kept.pending.length > 0) {
      const key = `events/${String(this.#next++).padStart(12, '0')}/${group.name}`;
      changes.push({ kind: 'put', key, value: kept.pending });
      kept.chunks.push({ key, count: kept.pending.length });
      kept.pending = [];
    }
    let count = kept.chunks.reduce((sum, chunk) => sum + chunk.count, 0);
    let old = 0;
    while (old < kept.chunks.length && count - kept.chunks[old]!.count >= capacity) count -= kept.chunks[old++]!.count;
    return [...changes, ...this.#drop(kept, old)];
  }

  #drop(kept: KeptGroup, chunks: number): readonly Change[] {
    return kept.chunks.splice(0, chunks).map(({ key }) => ({ kind: 'delete', key }));
  }
}

function recordOf({ createdAt, retentionInDays, tags, streams }: MemoryLogGroup): GroupRecord {
  return {
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
    tags,
    streams: [...streams.values()],
  };
}

function restoreRecord(group: MemoryLogGroup, { createdAt, retentionInDays, tags, streams }: GroupRecord): void {
  group.createdAt = createdAt;
  group.retentionInDays = retentionInDays;
  group.tags = tags;
  for (const stream of streams) group.streams.set(stream.name, stream);
}

const kept = new WeakMap<Account, KeptLogs>();

/** Undefined for an account that keeps nothing. */
export function keptLogsOf(account: Account): KeptLogs | undefined {
  if (!account.state.durable) return undefined;
  let logs = kept.get(account);
  if (logs === undefined) kept.set(account, (logs = new KeptLogs(account)));
  return logs;
}
