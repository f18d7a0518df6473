import { once } from 'node:events';
import { up, type App, type EngineEvent, type EngineOptions } from 's3m';
import { copyWeather } from './weather-copy.ts';

/** The example, running from a copy of its own on free ports. */
export interface RunningWeather extends AsyncDisposable {
  readonly app: App;
  readonly directory: string;
  readonly siteUrl: string;
  /** The stage's URL. */
  readonly apiUrl: string;
  /** Everything the engine has told so far. */
  readonly events: readonly EngineEvent[];
  /** Waits for an event that `test` accepts; those that were told before count when `since` allows. */
  eventually(test: (event: EngineEvent) => boolean, since?: number): Promise<EngineEvent>;
  call(path: string, token?: string): Promise<Response>;
}

/** `edit` changes the copy before it runs. */
export async function runWeather(
  options: Partial<EngineOptions> = {},
  edit: (directory: string) => void = () => {},
): Promise<RunningWeather> {
  const copy = copyWeather();
  edit(copy.directory);
  const events: EngineEvent[] = [];
  const told = new EventTarget();
  const app = await up({
    directory: copy.directory,
    ports: { aws: 0, api: 0, site: 0 },
    ...options,
    onEvent: (event) => {
      events.push(event);
      told.dispatchEvent(new Event('told'));
    },
  }).catch((error: unknown) => {
    copy[Symbol.dispose]();
    throw error;
  });
  const { endpoints } = app.describe();
  const apiUrl = Object.values(Object.values(endpoints.apis)[0]!.stages)[0]!;
  return {
    app,
    directory: copy.directory,
    siteUrl: Object.values(endpoints.sites)[0]!,
    apiUrl,
    events,
    eventually: async (test, since = events.length) => {
      for (;;) {
        const found = events.slice(since).find(test);
        if (found !== undefined) return found;
        await once(told, 'told', { signal: AbortSignal.timeout(60_000) });
      }
    },
    call: (path, token) => fetch(`${apiUrl}${path}`, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
    async [Symbol.asyncDispose]() {
      await app.close();
      // Images stay as a cache for the next start, and here is none.
      await app.account.runtime.removeImagesBut?.([]);
      copy[Symbol.dispose]();
    },
  };
}
