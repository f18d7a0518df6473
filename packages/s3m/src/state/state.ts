/** One change of a collection; `value` is anything that JSON can hold, `content` bytes beside it. */
export type Change =
  | { readonly kind: 'put'; readonly key: string; readonly value: unknown; readonly content?: Uint8Array }
  | { readonly kind: 'delete'; readonly key: string };

/** Something that is kept. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
  readonly content?: Buffer;
}

/**
 * What one service keeps, by key. A service has its data in memory as ever: it reads the entries once, when it starts, and
 * writes each change here before it answers. Without `--persist` there are no entries and every write is done at once.
 */
export interface Collection {
  /** In the order of their keys. @throws StateFailure `StateDamaged` */
  entries(): Iterable<Entry>;
  /** Resolves when the value would survive a kill or a power failure. @throws StateFailure; then the value may or may not be there later */
  put(key: string, value: unknown, content?: Uint8Array): Promise<void>;
  /** Resolves as `put` does, also when there is no such entry. */
  delete(key: string): Promise<void>;
  /** Several changes as one: all of them or none. Later ones of the same key win. */
  write(changes: readonly Change[]): Promise<void>;
}

/** Where services keep what outlives the engine. */
export interface State {
  /** Whether anything does: `--persist`. */
  readonly durable: boolean;
  /** Its folder, for files beside what is kept; undefined without `--persist`. */
  readonly directory: string | undefined;
  /** The same one for the same name. Names are those of AWS's services (`ssm`). */
  collection(name: string): Collection;
  /** Resolves when everything that was written before is safe. Nothing can be written afterwards. */
  close(): Promise<void>;
}

/** Why a state can't be used or written. */
export type StateFailureCode = 'StateInUse' | 'StateDamaged' | 'StateForeign' | 'StateNewer' | 'StateNotWritten' | 'StateClosed';

export class StateFailure extends Error {
  readonly code: StateFailureCode;
  readonly fix: string;

  constructor(code: StateFailureCode, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateFailure';
    this.code = code;
    this.fix = fix;
  }
}
