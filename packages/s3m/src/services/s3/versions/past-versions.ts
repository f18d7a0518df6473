import type { PastVersion } from './object-version.ts';

interface Kept {
  readonly version: PastVersion;
  readonly release: () => void;
}

/** The versions of a bucket's keys beside the current objects. */
export class PastVersions {
  /** The latest first. */
  readonly #byKey = new Map<string, readonly Kept[]>();
  #next = 1;
  #bytes = 0;

  /** How many bytes they have in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** The latest first. */
  of(key: string): readonly PastVersion[] {
    return this.#byKey.get(key)?.map(({ version }) => version) ?? [];
  }

  find(key: string, versionId: string): PastVersion | undefined {
    return this.of(key).find((version) => version.versionId === versionId);
  }

  all(): readonly PastVersion[] {
    return [...this.#byKey.values()].flat().map(({ version }) => version);
  }

  /** A number above all so far. */
  nextOrder(): number {
    return this.#next++;
  }

  /** In place of one with the same id, if there is one. */
  add(version: PastVersion): void {
    this.remove(version);
    this.#next = Math.max(this.#next, version.order + 1);
    const body = version.object?.body;
    const release = body === undefined || Buffer.isBuffer(body) ? () => {} : body.hold();
    this.#bytes += bytesOf(version);
    const all = [...(this.#byKey.get(version.key) ?? []), { version, release }].toSorted(
      (one, other) => other.version.order - one.version.order,
    );
    this.#byKey.set(version.key, all);
  }

  remove({ key, versionId }: Pick<PastVersion, 'key' | 'versionId'>): void {
    const all = this.#byKey.get(key) ?? [];
    const gone = all.find(({ version }) => version.versionId === versionId);
    if (gone === undefined) return;
    this.#bytes -= bytesOf(gone.version);
    if (all.length === 1) this.#byKey.delete(key);
    else
      this.#byKey.set(
        key,
        all.filter((each) => each !== gone),
      );
    gone.release();
  }
}

function bytesOf({ object }: PastVersion): number {
  return object !== undefined && Buffer.isBuffer(object.body) ? object.body.length : 0;
}
