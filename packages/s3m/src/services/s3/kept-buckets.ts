import type { BodyPiece, ObjectBody, StoredObject } from '../../capabilities/bucket.ts';
import type { Change, Collection } from '../../state/state.ts';
import type { Account } from '../account.ts';
import { BucketSite } from './bucket-site.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { MemoryBucket, type BucketChange, type BucketJournal } from './memory-bucket.ts';
import type { MultipartUpload, UploadedPart } from './multipart-upload.ts';
import { nothingBlocked } from './public-access-block.ts';
import type { PastVersion } from './versions/object-version.ts';
import { bodyFilesOf, type BodyFiles } from './storage/body-files.ts';

/** What is kept of a bucket beside its objects. */
interface BucketRecord {
  readonly created: number;
  readonly owner: 'template' | 'api';
  /** Absent of a template's bucket that an earlier version kept. */
  readonly settings?: Partial<BucketSettings>;
}

/** What is there of a bucket that nobody has opened yet. */
interface Dormant {
  readonly objects: StoredObject[];
  readonly uploads: Map<string, MultipartUpload>;
  readonly versions: PastVersion[];
  /** Of the files of its objects. */
  readonly releases: (() => void)[];
}

/**
 * The buckets of an account as the state has them (`--persist`): `bucket/NAME`, `object/NAME/KEY` with the bytes beside it unless they
 * stand in files, `upload/NAME/ID` and `part/NAME/ID/NUMBER`.
 */
export class KeptBuckets {
  readonly #account: Account;
  readonly #collection: Collection;
  readonly #files: BodyFiles;
  readonly #records = new Map<string, BucketRecord>();
  readonly #dormant = new Map<string, Dormant>();
  /** Parts of uploads that had ended when they came. */
  readonly #lost: string[] = [];

  constructor(account: Account) {
    this.#account = account;
    this.#collection = account.state.collection('s3');
    this.#files = bodyFilesOf(account);
    // In the order of their keys: buckets, objects, parts, uploads, versions.
    const parts: { readonly key: string; readonly value: unknown; readonly content?: Buffer }[] = [];
    for (const entry of this.#collection.entries()) {
      const [, kind, bucket] = /^(bucket|object|upload|part|version)\/([^/]+)/.exec(entry.key) ?? [];
      if (kind === 'bucket') this.#records.set(bucket!, entry.value as BucketRecord);
      else if (kind === 'object') this.#addDormant(bucket!, this.#toObject(entry.value, entry.content));
      else if (kind === 'part') parts.push(entry);
      else if (kind === 'version') this.#addDormantVersion(bucket!, entry.value, entry.content);
      else if (kind === 'upload') {
        const upload = toUpload(entry.value);
        this.#dormantOf(bucket!).uploads.set(upload.id, upload);
      }
    }
    for (const { key, value } of parts) {
      const [, bucket = '', id = '', number] = key.split('/');
      const upload = this.#dormantOf(bucket).uploads.get(id);
      if (upload === undefined) this.#lost.push(key);
      else upload.parts.set(Number(number), this.#toPart(value));
    }
  }

  has(name: string): boolean {
    return this.#records.has(name);
  }

  /** The settings that a bucket had when the last engine ended. */
  settingsOf(name: string): Partial<BucketSettings> | undefined {
    return this.#records.get(name)?.settings;
  }

  /** Puts the buckets that the API made into the account again, and clears away what a kill has left. */
  async openAll(): Promise<void> {
    for (const [name, { owner, settings = {} }] of this.#records) {
      if (owner !== 'api') continue;
      const bucket = new MemoryBucket(name, `arn:${this.#account.partition}:s3:::${name}`, nothingBlocked, this.#account.clock);
      bucket.restoreSettings(settings);
      bucket.site = new BucketSite(bucket, this.#account);
      bucket.withdraw = this.#account.directory.provide('bucket', name, bucket);
      await this.take(bucket, 'api');
      await bucket.site.configure(settings.website, name);
    }
    await this.#collection.write(this.#lost.splice(0).map((key) => ({ kind: 'delete', key })));
    await this.#files.removeOrphans();
  }

  /** Gives a bucket the objects that are kept of it, and keeps what becomes of it from now on. @throws StateFailure */
  async take(bucket: MemoryBucket, owner: BucketRecord['owner']): Promise<void> {
    const { name } = bucket;
    const before = this.#records.get(name);
    if (before !== undefined) bucket.created = new Date(before.created);
    if (before?.owner !== owner) await this.#record(bucket, owner, bucket.settings);
    const dormant = this.#dormant.get(name);
    for (const object of dormant?.objects ?? []) bucket.restore(object);
    for (const version of dormant?.versions ?? []) bucket.restoreVersion(version);
    for (const upload of dormant?.uploads.values() ?? []) bucket.restoreUpload(upload);
    for (const release of dormant?.releases ?? []) release();
    this.#dormant.delete(name);
    bucket.journal = this.#journalOf(bucket, owner);
  }

  /** Removes a bucket with everything in it, whether or not it is open. */
  async remove(name: string, open?: MemoryBucket): Promise<void> {
    const dormant = this.#dormant.get(name);
    const objects = [...(open?.keys() ?? []), ...(dormant?.objects.map(({ key }) => key) ?? [])];
    const versions = [...(open?.allPastVersions() ?? []), ...(dormant?.versions ?? [])];
    const uploads = [...(open?.uploads.values() ?? []), ...(dormant?.uploads.values() ?? [])];
    await this.#collection.write([
      ...deletions(name, { delete: objects, drop: versions, ended: uploads }),
      { kind: 'delete', key: `bucket/${name}` },
    ]);
    this.#records.delete(name);
    this.#dormant.delete(name);
    open?.discard();
    for (const release of dormant?.releases ?? []) release();
    for (const { parts } of dormant?.uploads.values() ?? []) for (const { release } of parts.values()) release();
  }

  #journalOf(bucket: MemoryBucket, owner: BucketRecord['owner']): BucketJournal {
    const { name } = bucket;
    return {
      write: (change) =>
        this.#collection.write([
          // Of one key the later change counts.
          ...deletions(name, change),
          ...(change.keep ?? []).map((version): Change => ({ kind: 'put', key: versionKey(name, version), ...encodedVersion(version) })),
          ...change.put.map(({ body, ...object }): Change => ({
            kind: 'put',
            key: `object/${name}/${object.key}`,
            ...encoded(object, body),
          })),
        ]),
      configure: (settings) => this.#record(bucket, owner, settings),
      begin: ({ id, initiated, object, checksum }) => this.#collection.put(`upload/${name}/${id}`, { id, initiated, object, checksum }),
      addPart: ({ id }, number, { body, etag, lastModified, checksum, digest }) => {
        const { value, content } = encoded({ etag, lastModified, checksum, digest }, body);
        return this.#collection.put(partKey(name, id, number), value, content);
      },
      remove: () => this.remove(name, bucket),
    };
  }

  async #record({ name, created }: MemoryBucket, owner: BucketRecord['owner'], settings: BucketSettings): Promise<void> {
    const record = { created: created.getTime(), owner, settings };
    await this.#collection.put(`bucket/${name}`, record);
    this.#records.set(name, record);
  }

  #dormantOf(bucket: string): Dormant {
    let dormant = this.#dormant.get(bucket);
    if (dormant === undefined) this.#dormant.set(bucket, (dormant = { objects: [], uploads: new Map(), versions: [], releases: [] }));
    return dormant;
  }

  #addDormant(bucket: string, object: StoredObject): void {
    const { objects, releases } = this.#dormantOf(bucket);
    objects.push(object);
    if (!Buffer.isBuffer(object.body)) releases.push(object.body.hold());
  }

  #addDormantVersion(bucket: string, value: unknown, content: Buffer | undefined): void {
    const { versions, releases } = this.#dormantOf(bucket);
    const { object, lastModified, ...kept } = value as Omit<PastVersion, 'object' | 'lastModified'> & {
      readonly lastModified: string;
      readonly object?: unknown;
    };
    const own = object === undefined ? undefined : this.#toObject(object, content);
    versions.push({ ...kept, lastModified: new Date(lastModified), ...(own === undefined ? {} : { object: own }) });
    if (own !== undefined && !Buffer.isBuffer(own.body)) releases.push(own.body.hold());
  }

  #toObject(value: unknown, content: Buffer | undefined): StoredObject {
    const { lastModified, pieces, ...kept } = value as Omit<StoredObject, 'body' | 'lastModified'> & KeptBody;
    return { ...kept, lastModified: new Date(lastModified), body: this.#toBody(pieces, content) };
  }

  #toPart(value: unknown): UploadedPart {
    const { lastModified, pieces, ...kept } = value as Omit<UploadedPart, 'body' | 'release' | 'lastModified'> & KeptBody;
    const body = this.#files.keptBody(pieces ?? []);
    return { ...kept, lastModified: new Date(lastModified), body, release: body.hold() };
  }

  #toBody(pieces: readonly BodyPiece[] | undefined, content: Buffer = Buffer.alloc(0)): ObjectBody {
    return pieces === undefined ? content : this.#files.keptBody(pieces);
  }
}

/** What JSON makes of a time and of bytes in files. */
interface KeptBody {
  readonly lastModified: string;
  readonly pieces?: readonly BodyPiece[];
}

function encoded(value: object, body: ObjectBody): { readonly value: unknown; readonly content?: Buffer } {
  return Buffer.isBuffer(body) ? { value, content: body } : { value: { ...value, pieces: body.pieces } };
}

function encodedVersion({ object, ...version }: PastVersion): { readonly value: unknown; readonly content?: Buffer } {
  if (object === undefined) return { value: version };
  const { body, ...own } = object;
  const { value, content } = encoded(own, body);
  return { value: { ...version, object: value }, ...(content === undefined ? {} : { content }) };
}

function versionKey(bucket: string, { key, versionId }: Pick<PastVersion, 'key' | 'versionId'>): string {
  return `version/${bucket}/${versionId}/${key}`;
}

function deletions(name: string, { delete: keys, drop = [], ended = [] }: Pick<BucketChange, 'delete' | 'drop' | 'ended'>): Change[] {
  return [
    ...drop.map((version): Change => ({ kind: 'delete', key: versionKey(name, version) })),
    ...keys.map((key): Change => ({ kind: 'delete', key: `object/${name}/${key}` })),
    ...ended.flatMap(({ id, parts }): Change[] => [
      { kind: 'delete', key: `upload/${name}/${id}` },
      ...[...parts.keys()].map((number): Change => ({ kind: 'delete', key: partKey(name, id, number) })),
    ]),
  ];
}

function partKey(bucket: string, id: string, number: number): string {
  return `part/${bucket}/${id}/${String(number).padStart(5, '0')}`;
}

function toUpload(value: unknown): MultipartUpload {
  const kept = value as Omit<MultipartUpload, 'initiated' | 'parts'> & { readonly initiated: string };
  return { ...kept, initiated: new Date(kept.initiated), parts: new Map() };
}

const stores = new WeakMap<Account, KeptBuckets>();

/** Undefined for an account that keeps nothing. */
export function keptBucketsOf(account: Account): KeptBuckets | undefined {
  if (!account.state.durable) return undefined;
  let store = stores.get(account);
  if (store === undefined) stores.set(account, (store = new KeptBuckets(account)));
  return store;
}
