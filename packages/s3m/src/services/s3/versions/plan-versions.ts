import type { StoredObject } from '../../../capabilities/bucket.ts';
import { versionIdOf, type PastVersion } from './object-version.ts';
import type { PastVersions } from './past-versions.ts';

/** What a bucket has. */
export interface VersionGround {
  readonly past: PastVersions;
  get(key: string): StoredObject | undefined;
}

/** What becomes of current objects and of versions. */
export interface VersionPlan {
  readonly put: readonly StoredObject[];
  readonly delete: readonly string[];
  /** Versions that are added to the past. */
  readonly keep: readonly PastVersion[];
  /** Versions that leave it. */
  readonly drop: readonly PastVersion[];
}

/**
 * What a put of `puts` and a delete of `deletes` do in a bucket that keeps versions (S3 User Guide, "How S3 Versioning works"): what was current
 * becomes a version, and a delete leaves a marker. While versions are suspended both have the id `null`, and replace what has it.
 * @param newId makes an id; undefined while versions are suspended
 */
export function planWrite(
  ground: VersionGround,
  wish: { readonly puts: readonly StoredObject[]; readonly deletes: readonly string[]; readonly now: Date },
  newId: (() => string) | undefined,
): VersionPlan {
  const put: StoredObject[] = [];
  const keep: PastVersion[] = [];
  const drop: PastVersion[] = [];
  const gone: string[] = [];
  const replace = (key: string, versionId: string): void => {
    const current = ground.get(key);
    if (current !== undefined && (versionId !== 'null' || versionIdOf(current) !== 'null')) keep.push(toPast(ground.past, current));
    const replaced = versionId === 'null' ? ground.past.find(key, 'null') : undefined;
    if (replaced !== undefined) drop.push(replaced);
  };
  for (const object of wish.puts) {
    const versionId = newId?.() ?? 'null';
    replace(object.key, versionId);
    put.push({ ...object, versionId });
  }
  for (const key of wish.deletes) {
    const versionId = newId?.() ?? 'null';
    replace(key, versionId);
    if (ground.get(key) !== undefined) gone.push(key);
    keep.push({ key, versionId, lastModified: wish.now, order: ground.past.nextOrder() });
  }
  return { put, delete: gone, keep, drop };
}

/** What the removal of one version for good does: when it was the latest, the one before it is again what the key stands for. */
export function planRemoval(ground: VersionGround, key: string, versionId: string): VersionPlan | undefined {
  const current = ground.get(key);
  const past = ground.past.of(key);
  if (current !== undefined && versionIdOf(current) === versionId) return { ...revival(past[0]), delete: [key], keep: [] };
  const version = ground.past.find(key, versionId);
  if (version === undefined) return undefined;
  const next = current === undefined && past[0] === version ? revival(past[1]) : revival(undefined);
  return { put: next.put, delete: [], keep: [], drop: [version, ...next.drop] };
}

function revival(version: PastVersion | undefined): Pick<VersionPlan, 'put' | 'drop'> {
  return version?.object === undefined ? { put: [], drop: [] } : { put: [version.object], drop: [version] };
}

function toPast(past: PastVersions, object: StoredObject): PastVersion {
  return { key: object.key, versionId: versionIdOf(object), lastModified: object.lastModified, order: past.nextOrder(), object };
}
