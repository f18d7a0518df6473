import { EventEmitter, once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import type { EngineEvent } from '../../src/engine/engine-event.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import { writeSmallSystem, type SmallSystemOptions } from './small-system.ts';

type Kind = EngineEvent['event'];
type EventOf<K extends Kind> = Extract<EngineEvent, { event: K }>;

/** The small system, running in this process on free ports from a folder of its own. */
export interface RunningSystem extends AsyncDisposable {
  readonly engine: Engine;
  readonly directory: string;
  readonly events: readonly EngineEvent[];
  /** Writes the system anew; nothing is updated by that alone. */
  write(options: SmallSystemOptions): void;
  /** Saves a file of the project. */
  save(name: string, content: string): void;
  /** The first event of a kind after the `since` first ones of all. */
  event<K extends Kind>(kind: K, since?: number): Promise<EventOf<K>>;
  get(headers?: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly body: string }>;
}

export interface RunningSystemOptions extends Omit<EngineOptions, 'onEvent'> {
  /** Where below the project the assembly is written; in the project itself by default. */
  readonly folder?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Told each event, before anybody else; `write` writes the system anew. */
  readonly onEvent?: (event: EngineEvent, write: (options: SmallSystemOptions) => void) => void;
}

export async function runSmallSystem(first: SmallSystemOptions, options: RunningSystemOptions = {}): Promise<RunningSystem> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 's3m-live-')));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  const { folder = '.', files = {}, onEvent, ...others } = options;
  const write = (next: SmallSystemOptions): void => void writeSmallSystem(join(directory, folder), next);
  const save = (name: string, content: string): void => writeFileSync(join(directory, name), content);
  write(first);
  for (const [name, content] of Object.entries(files)) save(name, content);
  const events: EngineEvent[] = [];
  const told = new EventEmitter();
  const engine = await startEngine({
    directory,
    app: 'cdk.out',
    ports: { aws: 0, api: 0, site: 0 },
    ...others,
    onEvent: (event) => {
      onEvent?.(event, write);
      events.push(event);
      told.emit('told');
    },
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  return {
    engine,
    directory,
    events,
    write,
    save,
    event: async <K extends Kind>(kind: K, since = 0): Promise<EventOf<K>> => {
      const isIt = (event: EngineEvent): event is EventOf<K> => event.event === kind;
      for (;;) {
        const found = events.slice(since).find(isIt);
        if (found !== undefined) return found;
        await once(told, 'told', { signal: AbortSignal.timeout(20_000) });
      }
    },
    get: async (headers = {}) => {
      const answer = await fetch(`${engine.describe().endpoints.apis['Api']?.stages['prod']}/hello`, { headers });
      return { status: answer.status, body: await answer.text() };
    },
    async [Symbol.asyncDispose]() {
      await engine.close();
      remove();
    },
  };
}
