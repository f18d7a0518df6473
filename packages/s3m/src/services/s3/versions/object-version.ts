import type { StoredObject } from '../../../capabilities/bucket.ts';

/** A version of a key that is not its current object: an older one, or the marker that a delete has left. */
export interface PastVersion {
  readonly key: string;
  /** `null` of what was put while the bucket had no versions. */
  readonly versionId: string;
  readonly lastModified: Date;
  /** The later one of a key has the higher number. */
  readonly order: number;
  /** Absent of a delete marker. */
  readonly object?: StoredObject;
}

export function versionIdOf({ versionId = 'null' }: Pick<StoredObject, 'versionId'>): string {
  return versionId;
}
