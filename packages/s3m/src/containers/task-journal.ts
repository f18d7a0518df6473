import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markProcess, stillRuns } from './process-table.ts';
import type { ProcessMark } from './process-table.ts';

/** What a task holds on this machine, written down before it is taken, so that a later start can remove it. */
export interface JournalEntry {
  readonly id: string;
  readonly name: string;
  readonly engine: ProcessMark;
  /** Leaders of process groups. */
  readonly processes: readonly ProcessMark[];
  /** Directories to be removed: sockets, home, temporary files. */
  readonly directories: readonly string[];
}

/** `tasks.json` in the state directory: the tasks of the engine that runs, or of one that was killed. */
export class TaskJournal {
  readonly #file: string;
  readonly #engine: ProcessMark = markProcess(process.pid);
  readonly #own = new Map<string, JournalEntry>();
  /** Of other engines. */
  #others: readonly JournalEntry[];

  constructor(stateDirectory: string) {
    mkdirSync(stateDirectory, { recursive: true });
    this.#file = join(stateDirectory, 'tasks.json');
    this.#others = readEntries(this.#file);
  }

  write(entry: Omit<JournalEntry, 'engine'>): void {
    this.#own.set(entry.id, { ...entry, engine: this.#engine });
    this.#save();
  }

  remove(id: string): void {
    if (this.#own.delete(id)) this.#save();
  }

  /** Entries of engines that are gone; they leave the journal. */
  takeAbandoned(): readonly JournalEntry[] {
    const abandoned = this.#others.filter(({ engine }) => !stillRuns(engine));
    this.#others = this.#others.filter((entry) => !abandoned.includes(entry));
    if (abandoned.length > 0) this.#save();
    return abandoned;
  }

  #save(): void {
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify([...this.#others, ...this.#own.values()]), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

function readEntries(file: string): readonly JournalEntry[] {
  try {
    const entries: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is JournalEntry {
  return (
    typeof value === 'object' && value !== null && 'id' in value && 'engine' in value && 'processes' in value && 'directories' in value
  );
}
