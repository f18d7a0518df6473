import { createHash } from 'node:crypto';
import type { Bucket, NewObject, ObjectBody, StoredObject } from '../../capabilities/bucket.ts';
import type { Clock } from '../../clock/clock.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';
import { Turns } from '../turns.ts';
import type { BucketPolicyDocument } from './bucket-policy-document.ts';
import type { BucketSite } from './bucket-site.ts';
import { noSettings, type BucketSettings } from './bucket-settings.ts';
import { compileBucketPolicy } from './compile-bucket-policy.ts';
import type { CorsRule } from './cors-rules.ts';
import { compareKeys } from './key-order.ts';
import type { MultipartUpload, UploadedPart } from './multipart-upload.ts';
import { nothingBlocked, type PublicAccessBlock } from './public-access-block.ts';
import { versionIdOf, type PastVersion } from './versions/object-version.ts';
import { PastVersions } from './versions/past-versions.ts';
import { newVersionId } from './versions/version-id.ts';
import { planRemoval, planWrite, type VersionPlan } from './versions/plan-versions.ts';

/** What changes in a bucket at once: current objects, versions beside them, uploads. */
export interface BucketChange extends Partial<VersionPlan> {
  readonly put: readonly StoredObject[];
  readonly delete: readonly string[];
  /** Uploads that are done, or given up. */
  readonly ended?: readonly MultipartUpload[];
}

/** Takes each change of a bucket to where it is kept, before anybody sees it. @throws StateFailure; then nothing has changed */
export interface BucketJournal {
  write(change: BucketChange): Promise<void>;
  configure(settings: BucketSettings): Promise<void>;
  begin(upload: MultipartUpload): Promise<void>;
  addPart(upload: MultipartUpload, number: number, part: UploadedPart): Promise<void>;
  /** Removes the bucket with all that is kept of it. */
  remove(): Promise<void>;
}

/** A bucket with its objects, large ones in files, and with the settings that decide who may read it. */
export class MemoryBucket implements Bucket {
  readonly name: string;
  readonly arn: string;
  created: Date;
  /** Where its changes are kept (`--persist`). */
  journal: BucketJournal | undefined;
  /** Takes it out of the account. */
  withdraw: (() => void) | undefined;
  /** Where the website answers, while there is one. */
  site: BucketSite | undefined;
  readonly #clock: Clock;
  readonly #objects = new Map<string, { readonly object: StoredObject; readonly release: () => void }>();
  readonly #uploads = new Map<string, MultipartUpload>();
  readonly #past = new PastVersions();
  readonly #turns = new Turns();
  #settings: BucketSettings = noSettings;
  #policy: ReturnType<typeof compileBucketPolicy> | undefined;
  #sorted: readonly string[] | undefined;
  #bytes = 0;

  constructor(name: string, arn: string, publicAccessBlock: PublicAccessBlock, clock: Clock) {
    this.name = name;
    this.arn = arn;
    this.created = new Date(clock.now());
    this.#clock = clock;
    this.#settings = { ...noSettings, publicAccessBlock };
  }

  get settings(): BucketSettings {
    return this.#settings;
  }

  get publicAccessBlock(): PublicAccessBlock {
    return this.#settings.publicAccessBlock ?? nothingBlocked;
  }

  get corsRules(): readonly CorsRule[] {
    return this.#settings.corsRules;
  }

  /** As the website endpoint evaluates it, for those without credentials. */
  get policy(): BucketPolicyDocument | undefined {
    return this.#policy?.statements;
  }

  /** As the REST endpoint evaluates it. */
  get accessPolicy(): PolicyDocument | undefined {
    return this.#policy?.document;
  }

  /** Uploads in parts that are not complete, by id. */
  get uploads(): ReadonlyMap<string, MultipartUpload> {
    return this.#uploads;
  }

  /** How many bytes it has in memory. */
  get bytes(): number {
    return this.#bytes + this.#past.bytes;
  }

  /** Runs changes of one key one after the other: what one of them finds is still so when it writes. */
  inTurn<T>(key: string, change: () => T | Promise<T>): Promise<T> {
    return this.#turns.take(key, change);
  }

  /** Takes new values for some settings; `undefined` takes one away. @throws MalformedPolicy for a policy that is none */
  async configure(change: Partial<BucketSettings>): Promise<void> {
    if (change.policy !== undefined) compileBucketPolicy(change.policy);
    // What others change meanwhile must not be lost.
    if (this.journal === undefined) this.restoreSettings(change);
    else {
      await this.#turns.take('', async () => {
        await this.journal?.configure({ ...this.#settings, ...change });
        this.restoreSettings(change);
      });
    }
  }

  /** Takes settings as they are kept. */
  restoreSettings(change: Partial<BucketSettings>): void {
    if ('policy' in change) this.#policy = change.policy === undefined ? undefined : compileBucketPolicy(change.policy);
    this.#settings = { ...this.#settings, ...change };
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key)?.object;
  }

  /** Versions and delete markers of a key beside its current object, the latest first. */
  pastVersions(key: string): readonly PastVersion[] {
    return this.#past.of(key);
  }

  /** Of all keys. */
  allPastVersions(): readonly PastVersion[] {
    return this.#past.all();
  }

  /** Keys that have anything, were it a delete marker only. */
  keysOfVersions(): readonly string[] {
    return this.#past.isEmpty ? this.keys() : [...new Set([...this.#objects.keys(), ...this.#past.keys()])].toSorted(compareKeys);
  }

  async put(object: NewObject): Promise<StoredObject> {
    const { put } = await this.#write({ put: [object], delete: [] });
    return put[0]!;
  }

  /** Answers the marker that stands for it from now on, in a bucket with versions. */
  async delete(key: string): Promise<PastVersion | undefined> {
    const { keep } = await this.#write({ put: [], delete: [key] });
    return keep?.find(({ object }) => object === undefined);
  }

  async apply(change: { readonly put: readonly NewObject[]; readonly delete: readonly string[] }): Promise<void> {
    await this.#write(change);
  }

  /** Removes one version for good. Answers it; undefined when there is none. */
  deleteVersion(key: string, versionId: string): Promise<Pick<PastVersion, 'object'> | undefined> {
    return this.#turns.take(versionTurn, async () => {
      const object = this.get(key);
      const version = object !== undefined && versionIdOf(object) === versionId ? { object } : this.#past.find(key, versionId);
      const plan = planRemoval({ past: this.#past, get: (name) => this.get(name) }, key, versionId);
      if (plan !== undefined) await this.#change(plan);
      return version;
    });
  }

  /** Tags change neither the object's time nor its ETag. */
  async setTags({ key, versionId }: Pick<StoredObject, 'key' | 'versionId'>, tags: Readonly<Record<string, string>>): Promise<void> {
    const object = this.get(key);
    if (object !== undefined && object.versionId === versionId) return this.#change({ put: [{ ...object, tags }], delete: [] });
    const version = this.#past.find(key, versionId ?? 'null');
    if (version?.object !== undefined)
      await this.#change({ put: [], delete: [], keep: [{ ...version, object: { ...version.object, tags } }] });
  }

  async begin(upload: MultipartUpload): Promise<void> {
    if (this.journal !== undefined) await this.journal.begin(upload);
    this.#uploads.set(upload.id, upload);
  }

  /** Adds a part, or puts it in place of another one. Whether the upload was still under way. */
  async addPart(upload: MultipartUpload, number: number, part: UploadedPart): Promise<boolean> {
    if (this.journal !== undefined) await this.journal.addPart(upload, number, part);
    if (this.#uploads.get(upload.id) !== upload) return false;
    upload.parts.get(number)?.release();
    upload.parts.set(number, part);
    return true;
  }

  /** Ends an upload, with the object that it has become, if any. */
  async end(upload: MultipartUpload, object?: NewObject): Promise<StoredObject | undefined> {
    const { put } = await this.#write({ put: object === undefined ? [] : [object], delete: [] }, [upload]);
    return put[0];
  }

  /** Empties it, versions and uploads included. Answers how many objects there were. */
  async empty(): Promise<number> {
    const keys = this.keys();
    await this.#change({ put: [], delete: keys, drop: this.#past.all(), ended: [...this.#uploads.values()] });
    return keys.length;
  }

  /** Takes an object as it is. */
  restore(object: StoredObject): void {
    const { key, body } = object;
    const before = this.#objects.get(key);
    if (before === undefined) this.#sorted = undefined;
    this.#bytes += inMemory(body) - (before === undefined ? 0 : inMemory(before.object.body));
    this.#objects.set(key, { object, release: Buffer.isBuffer(body) ? () => {} : body.hold() });
    before?.release();
  }

  /** Takes a version as it is. */
  restoreVersion(version: PastVersion): void {
    this.#past.add(version);
  }

  /** Takes an upload as it is. */
  restoreUpload(upload: MultipartUpload): void {
    this.#uploads.set(upload.id, upload);
  }

  /** Lets go of everything, for good. */
  discard(): void {
    this.#forget({ put: [], delete: this.keys(), drop: this.#past.all(), ended: [...this.#uploads.values()] });
  }

  keys(): readonly string[] {
    return (this.#sorted ??= [...this.#objects.keys()].toSorted(compareKeys));
  }

  #stored(object: NewObject): StoredObject {
    const { body } = object;
    const etag = object.etag ?? (Buffer.isBuffer(body) ? `"${createHash('md5').update(body).digest('hex')}"` : undefined);
    if (etag === undefined) throw new Error('an object whose bytes stand in files needs its ETag');
    return { ...object, etag, lastModified: new Date(this.#clock.now()) };
  }

  /** One after the other where versions are kept: each has to know what it replaces. */
  async #write(
    wish: { readonly put: readonly NewObject[]; readonly delete: readonly string[] },
    ended: readonly MultipartUpload[] = [],
  ): Promise<BucketChange> {
    if (this.#settings.versioning === undefined) {
      const put = wish.put.map((object) => this.#stored(object));
      const change = { put, delete: wish.delete.filter((key) => this.#objects.has(key)), ended };
      if (put.length > 0 || change.delete.length > 0 || ended.length > 0) await this.#change(change);
      return change;
    }
    return this.#turns.take(versionTurn, async () => {
      const puts = wish.put.map((object) => this.#stored(object));
      const newId = this.#settings.versioning === 'Enabled' ? () => newVersionId(this.name) : undefined;
      const ground = { past: this.#past, get: (key: string) => this.get(key) };
      const change = { ...planWrite(ground, { puts, deletes: wish.delete, now: new Date(this.#clock.now()) }, newId), ended };
      await this.#change(change);
      return change;
    });
  }

  /** Keeps a change, then shows it. Files that it names are held meanwhile by who has written them. */
  async #change(change: BucketChange): Promise<void> {
    if (this.journal !== undefined) await this.journal.write(change);
    const { put, keep = [], ...gone } = change;
    // What only changes its place must not be let go of meanwhile.
    const bodies = [...put, ...keep.flatMap(({ object }) => object ?? [])].map(({ body }) => body);
    const releases = bodies.flatMap((body) => (Buffer.isBuffer(body) ? [] : [body.hold()]));
    this.#forget({ put, ...gone });
    for (const version of keep) this.#past.add(version);
    for (const object of put) this.restore(object);
    for (const release of releases) release();
  }

  #forget({ delete: keys, drop = [], ended = [] }: BucketChange): void {
    for (const version of drop) this.#past.remove(version);
    for (const key of keys) {
      const before = this.#objects.get(key);
      if (before === undefined) continue;
      this.#bytes -= inMemory(before.object.body);
      this.#objects.delete(key);
      before.release();
    }
    if (keys.length > 0) this.#sorted = undefined;
    for (const upload of ended) {
      if (!this.#uploads.delete(upload.id)) continue;
      for (const part of upload.parts.values()) part.release();
    }
  }
}

/** No key is so. */
const versionTurn = '\0versions';

function inMemory(body: ObjectBody): number {
  return Buffer.isBuffer(body) ? body.length : 0;
}
