import type { Account } from '../account.ts';
import { KeptRecords } from '../kept-records.ts';
import { ServiceError } from '../service-error.ts';
import { LiveParameter, type ParameterRecord, type ParameterVersion } from './live-parameter.ts';

/** Versions that a parameter keeps. */
const maxVersions = 100;

/** The parameters of an account. Each change is safe before its method answers (`--persist`). */
export class ParameterStore {
  readonly #account: Account;
  readonly #parameters: KeptRecords<ParameterRecord, LiveParameter>;

  constructor(account: Account) {
    this.#account = account;
    this.#parameters = new KeptRecords(account.state.collection('ssm'), (record) => {
      const live = new LiveParameter(record);
      return { live, withdraw: account.directory.provide('parameter', record.name, live) };
    });
  }

  get account(): Account {
    return this.#account;
  }

  find(name: string): LiveParameter | undefined {
    return this.#parameters.find(name);
  }

  /** By name. */
  all(): readonly LiveParameter[] {
    return this.#parameters.all().toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  arnOf(name: string): string {
    const { partition, region, id } = this.#account;
    return `arn:${partition}:ssm:${region}:${id}:parameter/${name.replace(/^\//, '')}`;
  }

  /** Runs changes of one parameter one after the other. */
  inTurn<T>(name: string, change: () => T | Promise<T>): Promise<T> {
    return this.#parameters.inTurn(name, change);
  }

  /** Adds a version; the parameter is created when there is none. @throws ServiceError when the oldest version can't make room */
  async put(
    name: string,
    version: Omit<ParameterVersion, 'version' | 'modifiedAt' | 'labels'>,
    options: { readonly tags?: Readonly<Record<string, string>>; readonly templateValue?: string } = {},
  ): Promise<ParameterVersion> {
    const before = this.find(name)?.record;
    const added: ParameterVersion = {
      ...version,
      version: (before?.versions.at(-1)?.version ?? 0) + 1,
      modifiedAt: this.#account.clock.now(),
      labels: [],
    };
    const versions = [...(before?.versions ?? []), added];
    const record: ParameterRecord = {
      ...(before ?? { name, arn: this.arnOf(name), tags: {} }),
      ...(options.tags === undefined ? {} : { tags: options.tags }),
      ...(options.templateValue === undefined ? {} : { templateValue: options.templateValue }),
      versions: versions.length > maxVersions ? withoutOldest(name, versions) : versions,
    };
    await this.#parameters.put(name, record);
    return added;
  }

  /** Replaces what is known of a parameter that exists: labels, tags. */
  async change(parameter: LiveParameter, changed: Partial<ParameterRecord>): Promise<void> {
    await this.#parameters.put(parameter.name, { ...parameter.record, ...changed });
  }

  /** Whether there was one. */
  delete(name: string): Promise<boolean> {
    return this.#parameters.delete(name);
  }
}

function withoutOldest(name: string, versions: readonly ParameterVersion[]): readonly ParameterVersion[] {
  const [oldest, ...others] = versions;
  if (oldest!.labels.length === 0) return others;
  throw new ServiceError(
    'ParameterMaxVersionLimitExceeded',
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest!.version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
  );
}

const stores = new WeakMap<Account, ParameterStore>();

/** The one store of an account. */
export function parametersOf(account: Account): ParameterStore {
  let store = stores.get(account);
  if (store === undefined) stores.set(account, (store = new ParameterStore(account)));
  return store;
}
