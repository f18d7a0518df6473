import type { Collection } from '../../state/state.ts';
import type { Account } from '../account.ts';
import { ServiceError } from '../service-error.ts';
import { LiveParameter, type ParameterRecord, type ParameterVersion } from './live-parameter.ts';

/** Versions that a parameter keeps. */
const maxVersions = 100;

/** The parameters of an account. Each change is safe before its method answers (`--persist`). */
export class ParameterStore {
  readonly #account: Account;
  readonly #kept: Collection;
  readonly #parameters = new Map<string, { readonly parameter: LiveParameter; readonly withdraw: () => void }>();

  constructor(account: Account) {
    this.#account = account;
    this.#kept = account.state.collection('ssm');
    for (const { value } of this.#kept.entries()) this.#add(value as ParameterRecord);
  }

  get account(): Account {
    return this.#account;
  }

  find(name: string): LiveParameter | undefined {
    return this.#parameters.get(name)?.parameter;
  }

  /** By name. */
  all(): readonly LiveParameter[] {
    return [...this.#parameters.values()].map(({ parameter }) => parameter).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  arnOf(name: string): string {
    const { partition, region, id } = this.#account;
    return `arn:${partition}:ssm:${region}:${id}:parameter/${name.replace(/^\//, '')}`;
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
    await this.#save(record);
    return added;
  }

  /** Replaces what is known of a parameter that exists: labels, tags. */
  async change(parameter: LiveParameter, changed: Partial<ParameterRecord>): Promise<void> {
    await this.#save({ ...parameter.record, ...changed });
  }

  /** Whether there was one. */
  async delete(name: string): Promise<boolean> {
    const found = this.#parameters.get(name);
    if (found === undefined) return false;
    this.#parameters.delete(name);
    found.withdraw();
    await this.#kept.delete(name);
    return true;
  }

  async #save(record: ParameterRecord): Promise<void> {
    const existing = this.find(record.name);
    if (existing === undefined) this.#add(record);
    else existing.replace(record);
    await this.#kept.put(record.name, record);
  }

  #add(record: ParameterRecord): void {
    const parameter = new LiveParameter(record);
    const withdraw = this.#account.directory.provide('parameter', record.name, parameter);
    this.#parameters.set(record.name, { parameter, withdraw });
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
