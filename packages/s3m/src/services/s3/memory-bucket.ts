import { createHash } from 'node:crypto';
import type { Bucket, NewObject, StoredObject } from '../../capabilities/bucket.ts';
import type { Clock } from '../../clock/clock.ts';
import type { PolicyDocument } from '../../policy/policy-document.ts';
import type { BucketPolicyDocument } from './bucket-policy-document.ts';
import type { BucketSite } from './bucket-site.ts';
import { noSettings, type BucketSettings } from './bucket-settings.ts';
import { compileBucketPolicy } from './compile-bucket-policy.ts';
import type { CorsRule } from './cors-rules.ts';
import { compareKeys } from './key-order.ts';
import type { MultipartUpload } from './multipart-upload.ts';
import { nothingBlocked, type PublicAccessBlock } from './public-access-block.ts';

/** Takes each change of a bucket to where it is kept. */
export interface BucketJournal {
  put(object: StoredObject): void;
  delete(key: string): void;
  configure(): void;
  /** Resolves when all changes so far are safe. @throws StateFailure */
  settled(): Promise<void>;
  /** Removes the bucket, with the objects of these keys. */
  remove(keys: readonly string[]): Promise<void>;
}

/**
 * A bucket whose objects live in memory, with the settings that decide who may read it. `put`, `setTags`, `delete` and `configure` are
 * all that changes it for good.
 */
export class MemoryBucket implements Bucket {
  readonly name: string;
  readonly arn: string;
  created: Date;
  /** Uploads in parts that are not complete, by id. They end with the engine. */
  readonly uploads: Map<string, MultipartUpload> = new Map();
  /** Where its changes are kept (`--persist`). */
  journal: BucketJournal | undefined;
  /** Takes it out of the account. */
  withdraw: (() => void) | undefined;
  /** Where the website answers, while there is one. */
  site: BucketSite | undefined;
  readonly #clock: Clock;
  readonly #objects = new Map<string, StoredObject>();
  #settings: BucketSettings = noSettings;
  #policy: ReturnType<typeof compileBucketPolicy> | undefined;
  #sorted: readonly string[] | undefined;
  #bytes = 0;

  constructor(name: string, arn: string, publicAccessBlock: PublicAccessBlock, clock: Clock) {
    this.name = name;
    this.arn = arn;
    this.created = new Date(clock.now());
    this.#clock = clock;
    this.configure({ publicAccessBlock });
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

  /** How many bytes its objects have. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes new values for some settings; `undefined` takes one away. @throws MalformedPolicy for a policy that is none */
  configure(change: Partial<BucketSettings>): void {
    if ('policy' in change) this.#policy = change.policy === undefined ? undefined : compileBucketPolicy(change.policy);
    this.#settings = { ...this.#settings, ...change };
    this.journal?.configure();
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  put(object: NewObject): StoredObject {
    const etag = object.etag ?? `"${createHash('md5').update(object.body).digest('hex')}"`;
    const stored = { ...object, etag, lastModified: new Date(this.#clock.now()) };
    this.restore(stored);
    this.journal?.put(stored);
    return stored;
  }

  /** Takes an object as it is. */
  restore(object: StoredObject): void {
    const before = this.#objects.get(object.key);
    if (before === undefined) this.#sorted = undefined;
    this.#bytes += object.body.length - (before?.body.length ?? 0);
    this.#objects.set(object.key, object);
  }

  /** Tags change neither the object's time nor its ETag. */
  setTags(key: string, tags: Readonly<Record<string, string>>): void {
    const object = this.#objects.get(key);
    if (object === undefined) return;
    const tagged = { ...object, tags };
    this.#objects.set(key, tagged);
    this.journal?.put(tagged);
  }

  delete(key: string): void {
    const before = this.#objects.get(key);
    if (before === undefined) return;
    this.#bytes -= before.body.length;
    this.#sorted = undefined;
    this.#objects.delete(key);
    this.journal?.delete(key);
  }

  async settled(): Promise<void> {
    await this.journal?.settled();
  }

  keys(): readonly string[] {
    return (this.#sorted ??= [...this.#objects.keys()].toSorted(compareKeys));
  }
}
