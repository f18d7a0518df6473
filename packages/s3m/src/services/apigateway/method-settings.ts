import type { PropertyReader } from '../property-reader.ts';
import type { CompiledMethod } from './snapshot.ts';

/** What a stage says of its methods' logs and answers. */
export interface MethodSetting {
  readonly loggingLevel: 'OFF' | 'ERROR' | 'INFO';
  readonly dataTrace: boolean;
  /** How long answers are kept; 0: they are not (AG-448). */
  readonly cacheTtlMs: number;
}

const nothingSet: MethodSetting = { loggingLevel: 'OFF', dataTrace: false, cacheTtlMs: 0 };

interface Row {
  /** Path template, or `*`. */
  readonly path: string;
  readonly verb: string;
  readonly loggingLevel: MethodSetting['loggingLevel'] | undefined;
  readonly dataTrace: boolean | undefined;
  readonly caching: boolean | undefined;
  readonly cacheTtlSeconds: number | undefined;
}

/** A stage's `MethodSettings` (AG-526): the most particular one counts, for each of its members. */
export class MethodSettings {
  readonly #rows: readonly Row[];
  readonly #found = new Map<string, MethodSetting>();

  constructor(rows: readonly Row[] = []) {
    // A method before its path before all of its verb before all.
    this.#rows = rows.toSorted((one, other) => rank(one) - rank(other));
  }

  of({ name, resourcePath, verb }: Pick<CompiledMethod, 'name' | 'resourcePath' | 'verb'>): MethodSetting {
    if (this.#rows.length === 0) return nothingSet;
    let setting = this.#found.get(name);
    if (setting === undefined) this.#found.set(name, (setting = this.#find(resourcePath, verb)));
    return setting;
  }

  #find(path: string, verb: string): MethodSetting {
    const rows = this.#rows.filter((row) => (row.path === '*' || row.path === path) && (row.verb === '*' || row.verb === verb));
    return {
      loggingLevel: rows.find(({ loggingLevel }) => loggingLevel !== undefined)?.loggingLevel ?? 'OFF',
      dataTrace: rows.find(({ dataTrace }) => dataTrace !== undefined)?.dataTrace ?? false,
      cacheTtlMs: cacheTtlSeconds(rows, verb) * 1000,
    };
  }
}

/** AG-448: what is said of all verbs is for GET; another is kept when it is said of itself. */
function cacheTtlSeconds(rows: readonly Row[], verb: string): number {
  const caching = rows.filter((row) => verb === 'GET' || row.verb === verb).find(({ caching }) => caching !== undefined)?.caching;
  if (caching !== true) return 0;
  return rows.find((row) => row.cacheTtlSeconds !== undefined)?.cacheTtlSeconds ?? 300;
}

export function parseMethodSettings(settings: readonly PropertyReader[]): MethodSettings {
  return new MethodSettings(
    settings.map((setting) => ({
      path: decodePath(setting.optionalString('ResourcePath') ?? '/*'),
      verb: setting.optionalString('HttpMethod') ?? '*',
      loggingLevel: setting.has('LoggingLevel') ? setting.oneOf('LoggingLevel', ['OFF', 'ERROR', 'INFO']) : undefined,
      dataTrace: setting.has('DataTraceEnabled') ? setting.boolean('DataTraceEnabled', false) : undefined,
      caching: setting.has('CachingEnabled') ? setting.boolean('CachingEnabled', false) : undefined,
      cacheTtlSeconds: setting.optionalInteger('CacheTtlInSeconds'),
    })),
  );
}

/** `/~1a~1b` is `/a/b` (AG-526), `/*` is `*`. */
export function decodePath(path: string): string {
  if (path === '/*' || path === '*') return '*';
  const decoded = path.replaceAll('~1', '/').replaceAll('~0', '~');
  return decoded.startsWith('//') ? decoded.slice(1) : decoded;
}

function rank({ path, verb }: Row): number {
  return (path === '*' ? 2 : 0) + (verb === '*' ? 1 : 0);
}
