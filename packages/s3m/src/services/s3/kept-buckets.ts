import type { StoredObject } from '../../capabilities/bucket.ts';
import type { Collection } from '../../state/state.ts';
import type { Account } from '../account.ts';
import { BucketSite } from './bucket-site.ts';
import type { BucketSettings } from './bucket-settings.ts';
import { MemoryBucket, type BucketJournal } from './memory-bucket.ts';
import { nothingBlocked } from './public-access-block.ts';

/** What is kept of a bucket beside its objects. */
interface BucketRecord {
  readonly created: number;
  /** A template says the settings of its own buckets; those of the others are kept. */
  readonly owner: 'template' | 'api';
  readonly settings?: Partial<BucketSettings>;
}

/** The buckets of an account as the state has them (`--persist`): `bucket/NAME`, and `object/NAME/KEY` with the bytes beside it. */
export class KeptBuckets {
  readonly #account: Account;
  readonly #collection: Collection;
  readonly #records = new Map<string, BucketRecord>();
  /** Objects of buckets that nobody has opened yet. */
  readonly #dormant = new Map<string, StoredObject[]>();
  #writes: Promise<unknown> = Promise.resolve();

  constructor(account: Account) {
    this.#account = account;
    this.#collection = account.state.collection('s3');
    for (const { key, value, content } of this.#collection.entries()) {
      const [, kind, bucket] = /^(bucket|object)\/([^/]+)/.exec(key) ?? [];
      if (kind === 'bucket') this.#records.set(bucket!, value as BucketRecord);
      else if (kind === 'object') this.#objectsOf(bucket!).push(toObject(value, content));
    }
  }

  has(name: string): boolean {
    return this.#records.has(name);
  }

  /** Puts the buckets that the API made into the account again. */
  async openAll(): Promise<void> {
    for (const [name, { owner, settings = {} }] of this.#records) {
      if (owner !== 'api') continue;
      const bucket = new MemoryBucket(name, `arn:${this.#account.partition}:s3:::${name}`, nothingBlocked, this.#account.clock);
      bucket.configure(settings);
      bucket.site = new BucketSite(bucket, this.#account);
      bucket.withdraw = this.#account.directory.provide('bucket', name, bucket);
      this.take(bucket, 'api');
      await bucket.site.configure(settings.website, name);
    }
  }

  /** Gives a bucket the objects that are kept of it, and keeps what becomes of it from now on. */
  take(bucket: MemoryBucket, owner: BucketRecord['owner']): void {
    const { name } = bucket;
    const before = this.#records.get(name);
    if (before !== undefined) bucket.created = new Date(before.created);
    for (const object of this.#dormant.get(name) ?? []) bucket.restore(object);
    this.#dormant.delete(name);
    if (before?.owner !== owner) this.#record(bucket, owner);
    bucket.journal = this.#journalOf(bucket, owner);
  }

  /** Removes a bucket with everything in it. */
  async remove(name: string, keys: readonly string[]): Promise<void> {
    const all = new Set([...keys, ...(this.#dormant.get(name) ?? []).map(({ key }) => key)]);
    this.#records.delete(name);
    this.#dormant.delete(name);
    await this.#collection.write([
      { kind: 'delete', key: `bucket/${name}` },
      ...[...all].map((key) => ({ kind: 'delete' as const, key: `object/${name}/${key}` })),
    ]);
  }

  #journalOf(bucket: MemoryBucket, owner: BucketRecord['owner']): BucketJournal {
    const keyOf = (key: string): string => `object/${bucket.name}/${key}`;
    return {
      put: ({ body, ...object }) => this.#keep(this.#collection.put(keyOf(object.key), object, body)),
      delete: (key) => this.#keep(this.#collection.delete(keyOf(key))),
      configure: () => (owner === 'api' ? this.#record(bucket, owner) : undefined),
      settled: () => this.#settled(),
      remove: (keys) => this.remove(bucket.name, keys),
    };
  }

  #record(bucket: MemoryBucket, owner: BucketRecord['owner']): void {
    const record = { created: bucket.created.getTime(), owner, ...(owner === 'api' ? { settings: bucket.settings } : {}) };
    this.#records.set(bucket.name, record);
    this.#keep(this.#collection.put(`bucket/${bucket.name}`, record));
  }

  #keep(write: Promise<void>): void {
    this.#writes = Promise.all([this.#writes, write]);
    this.#writes.catch(() => undefined);
  }

  async #settled(): Promise<void> {
    const writes = this.#writes;
    try {
      await writes;
    } finally {
      // A refused write is told to those who wait for it, once.
      if (this.#writes === writes) this.#writes = Promise.resolve();
    }
  }

  #objectsOf(bucket: string): StoredObject[] {
    let objects = this.#dormant.get(bucket);
    if (objects === undefined) this.#dormant.set(bucket, (objects = []));
    return objects;
  }
}

function toObject(value: unknown, body: Buffer = Buffer.alloc(0)): StoredObject {
  const kept = value as Omit<StoredObject, 'body' | 'lastModified'> & { readonly lastModified: string };
  return { ...kept, lastModified: new Date(kept.lastModified), body };
}

const stores = new WeakMap<Account, KeptBuckets>();

/** Undefined for an account that keeps nothing. */
export function keptBucketsOf(account: Account): KeptBuckets | undefined {
  if (!account.state.durable) return undefined;
  let store = stores.get(account);
  if (store === undefined) stores.set(account, (store = new KeptBuckets(account)));
  return store;
}
