import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Properties } from '../resource-type.ts';
import type { MemoryBucket } from './memory-bucket.ts';
import { readWebsiteConfiguration } from './website-configuration.ts';
import { openWebsite, type WebsiteServer } from './website-server.ts';

/** The website of a bucket: there while its configuration is. */
export class BucketSite implements AsyncDisposable {
  readonly #bucket: MemoryBucket;
  readonly #account: Pick<Account, 'ports' | 'random' | 'clock'>;
  #server: WebsiteServer | undefined;

  constructor(bucket: MemoryBucket, account: Pick<Account, 'ports' | 'random' | 'clock'>) {
    this.#bucket = bucket;
    this.#account = account;
  }

  /** Undefined while there is no website. */
  get port(): number | undefined {
    return this.#server?.port;
  }

  /** Opens, changes or closes the website as the configuration, written as in templates, wants it. @throws ResourceFailure */
  async configure(website: Properties | undefined, logicalId: string): Promise<void> {
    const configuration = readWebsiteConfiguration(website === undefined ? undefined : new PropertyReader(website, 'WebsiteConfiguration'));
    const before = this.#server;
    if (configuration !== undefined) this.#server ??= await openWebsite(this.#bucket, configuration, this.#account, logicalId);
    try {
      await this.#bucket.configure({ website });
    } catch (error) {
      if (before === undefined) await this[Symbol.asyncDispose]();
      throw error;
    }
    if (configuration === undefined) await this[Symbol.asyncDispose]();
    else this.#server?.configure(configuration);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.[Symbol.asyncDispose]();
  }
}
