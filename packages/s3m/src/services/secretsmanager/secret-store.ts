import type { Need } from '../../capabilities/access-control.ts';
import type { Account } from '../account.ts';
import type { JsonCall } from '../json-service.ts';
import { KeptRecords } from '../kept-records.ts';
import { namedPolicy } from '../resource-policy-text.ts';
import { ServiceError } from '../service-error.ts';
import { findSecret } from '../stored-values.ts';
import { currentStage, LiveSecret, previousStage, type SecretRecord, type StoredVersion } from './live-secret.ts';

/** Deprecated versions that a secret keeps. */
const maxVersions = 100;

/** The secrets of an account, scheduled deletions included. Each change is safe before its method answers (`--persist`). */
export class SecretStore {
  readonly #account: Account;
  readonly #secrets: KeptRecords<SecretRecord, LiveSecret>;

  constructor(account: Account) {
    this.#account = account;
    this.#secrets = new KeptRecords(account.state.collection('secretsmanager'), (record) => {
      const live = new LiveSecret(record);
      return { live, withdraw: account.directory.provide('secret', record.arn, live) };
    });
  }

  get account(): Account {
    return this.#account;
  }

  /** By name, or by ARN with or without its suffix; those whose time has come are gone. */
  find(id: string): LiveSecret | undefined {
    const arn = findSecret(this.#account.directory, id)?.arn;
    const secret = arn === undefined ? undefined : this.#secrets.find(arn);
    return secret === undefined || this.#isGone(secret) ? undefined : secret;
  }

  all(): readonly LiveSecret[] {
    return this.#secrets.all().filter((secret) => !this.#isGone(secret));
  }

  arnOf(name: string, suffix: string): string {
    const { partition, region, id } = this.#account;
    return `arn:${partition}:secretsmanager:${region}:${id}:secret:${name}${suffix === '' ? '' : `-${suffix}`}`;
  }

  /** Asks whether the caller may do what it called, by its own policies and the secret's. @throws ServiceError (IAM-039) */
  demand(call: JsonCall, id: string, operation: string = call.operation): void {
    const secret = this.find(id);
    const need: Need = {
      action: `secretsmanager:${operation}`,
      resource: secret?.arn ?? (id.startsWith('arn:') ? id : this.arnOf(id, '')),
      shownAs: id,
      ...(secret?.record.policy === undefined ? {} : { resourcePolicy: namedPolicy(secret.arn, secret.record.policy) }),
      keys: (key) => secretKey(key, secret),
    };
    call.demand(need);
  }

  /** The secret of a call, once its caller may. @throws ServiceError (IAM-040) */
  use(call: JsonCall, id: string): LiveSecret {
    this.demand(call, id);
    const secret = this.find(id);
    if (secret === undefined) throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return secret;
  }

  /** As `use`, of a secret that is not marked for deletion. */
  useLive(call: JsonCall, id: string): LiveSecret {
    const secret = this.use(call, id);
    if (secret.record.deletedAt === undefined) return secret;
    throw new ServiceError('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
  }

  /** Runs changes of one secret one after the other, however it is named. */
  inTurn<T>(id: string, change: () => T | Promise<T>): Promise<T> {
    return this.#secrets.inTurn(this.find(id)?.name ?? id, change);
  }

  /** Makes a secret, with its first version if one is given. */
  async create(
    record: Omit<SecretRecord, 'createdAt' | 'changedAt' | 'versions'>,
    version?: Omit<StoredVersion, 'createdAt' | 'stages'>,
  ): Promise<LiveSecret> {
    const now = this.#account.clock.now();
    const gone = this.#secrets.all().find(({ name }) => name === record.name);
    if (gone !== undefined) await this.delete(gone);
    const versions = version === undefined ? [] : [{ ...version, stages: [currentStage], createdAt: now }];
    return this.#secrets.put(record.arn, { ...record, versions, createdAt: now, changedAt: now });
  }

  /** Adds a version with `stages`; AWSCURRENT leaves AWSPREVIOUS behind. */
  async putVersion(
    secret: LiveSecret,
    version: Omit<StoredVersion, 'createdAt' | 'stages'>,
    stages: readonly string[] = [currentStage],
    more: Partial<SecretRecord> = {},
  ): Promise<void> {
    const now = this.#account.clock.now();
    const moved = moveStages(secret.record.versions, stages);
    const versions = [...moved, { ...version, stages: secret.record.versions.length === 0 ? withCurrent(stages) : stages, createdAt: now }];
    await this.change(secret, { ...more, versions: withoutOldest(versions), changedAt: now });
  }

  async change(secret: LiveSecret, changed: Partial<SecretRecord>): Promise<void> {
    await this.replace(secret, { ...secret.record, ...changed });
  }

  /** Takes a whole record in place of what was. */
  async replace(secret: LiveSecret, record: SecretRecord): Promise<void> {
    await this.#secrets.put(secret.arn, record);
  }

  /** At once, and for good. */
  async delete(secret: LiveSecret): Promise<void> {
    await this.#secrets.delete(secret.arn);
  }

  #isGone({ record }: LiveSecret): boolean {
    return record.purgeAt !== undefined && record.purgeAt <= this.#account.clock.now();
  }
}

/** The first version of a secret is the current one, whatever else it is. */
function withCurrent(stages: readonly string[]): readonly string[] {
  return stages.includes(currentStage) ? stages : [...stages, currentStage];
}

/** The versions without the stages that another one gets. */
export function moveStages(versions: readonly StoredVersion[], stages: readonly string[]): readonly StoredVersion[] {
  const isCurrent = stages.includes(currentStage);
  const taken = isCurrent ? [...stages, previousStage] : stages;
  return versions.map((version) => {
    const left = version.stages.filter((stage) => !taken.includes(stage));
    return { ...version, stages: isCurrent && version.stages.includes(currentStage) ? [...left, previousStage] : left };
  });
}

function withoutOldest(versions: readonly StoredVersion[]): readonly StoredVersion[] {
  if (versions.length <= maxVersions) return versions;
  const oldest = versions.findIndex(({ stages }) => stages.length === 0);
  return versions.toSpliced(oldest === -1 ? 0 : oldest, 1);
}

/** Condition keys of Secrets Manager (Service Authorization Reference). */
function secretKey(key: string, secret: LiveSecret | undefined): readonly string[] | undefined {
  if (key === 'secretsmanager:secretid') return secret === undefined ? [] : [secret.arn];
  const [, tag] = /^(?:secretsmanager:resourcetag|aws:resourcetag)\/(.+)$/.exec(key) ?? [];
  if (tag === undefined) return undefined;
  return Object.entries(secret?.record.tags ?? {}).flatMap(([name, value]) => (name.toLowerCase() === tag ? [value] : []));
}

const stores = new WeakMap<Account, SecretStore>();

/** The one store of an account. */
export function secretsOf(account: Account): SecretStore {
  let store = stores.get(account);
  if (store === undefined) stores.set(account, (store = new SecretStore(account)));
  return store;
}
