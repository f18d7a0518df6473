import { join } from 'node:path';
import type { Timer } from '../../clock/clock.ts';
import type { CredentialsOwner } from '../../capabilities/credentials.ts';
import type { OpenImageRegistry, RegistryLogin, RegistryPull, RegistryPush } from '../../capabilities/image-registry.ts';
import type { Account } from '../account.ts';
import { assetDestination, retainAssets } from './asset-images.ts';
import { AuthorizationTokens } from './authorization-tokens.ts';
import { repositoryAlreadyExists, repositoryNotEmpty, repositoryNotFound } from './ecr-error.ts';
import { LiveRepository } from './images/live-repository.ts';
import { readApiSettings } from './api/repository-input.ts';
import { registryHost, repositoryArn } from './provide-registry.ts';
import type { RepositorySettings } from './repository-settings.ts';
import { BlobStore } from './storage/blob-store.ts';
import { BlobUpload } from './storage/blob-upload.ts';
import { RepositoryRecords, type RepositoryRecord } from './storage/repository-records.ts';

/** How often lifecycle policies are evaluated: AWS takes up to a day (ECR-019); on the scheduler's clock. */
const evaluationIntervalMs = 3_600_000;
/** How long an upload waits for its next part. */
const uploadLifetimeMs = 86_400_000;

/** The private registry of an account: its repositories, and the images in the project's state directory, which outlive the engine. */
export class EcrRegistry implements OpenImageRegistry {
  readonly account: Account;
  readonly tokens: AuthorizationTokens;
  readonly blobs: BlobStore;
  readonly #records: RepositoryRecords;
  readonly #repositories = new Map<string, LiveRepository>();
  /** Of repositories that no template has named yet. */
  readonly #dormant = new Map<string, RepositoryRecord>();
  readonly #uploads = new Map<string, BlobUpload>();
  readonly #pushed = new Set<(repository: string) => void>();
  #evaluation: Timer | undefined;

  constructor(account: Account) {
    this.account = account;
    const directory = join(account.stateDirectory, 'registry');
    this.blobs = new BlobStore(directory);
    this.tokens = new AuthorizationTokens(account, directory);
    this.#records = new RepositoryRecords(directory);
    for (const record of this.#records.readAll()) {
      if (record.input === undefined) this.#dormant.set(record.name, record);
      else this.#open(record, readApiSettings(record.input), 'api');
    }
    this.sweep();
  }

  /** Host and port by which Docker reaches it. */
  get address(): string {
    return `127.0.0.1:${this.account.endpoint.port}`;
  }

  get host(): string {
    return registryHost(this.account);
  }

  get repositories(): readonly LiveRepository[] {
    return [...this.#repositories.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** By name. */
  find(name: string): LiveRepository | undefined {
    return this.#repositories.get(name);
  }

  /** @throws EcrError (ECR-010) */
  get(name: string): LiveRepository {
    const repository = this.#repositories.get(name);
    if (repository === undefined) throw repositoryNotFound(name, this.account.id);
    return repository;
  }

  arnOf(name: string): string {
    return repositoryArn(this.account, name);
  }

  /** Of a template's repository, images of an earlier run are there again. @throws EcrError when it is there already */
  create(name: string, settings: RepositorySettings, owner: LiveRepository['owner']): LiveRepository {
    if (this.#repositories.has(name)) throw repositoryAlreadyExists(name, this.account.id);
    const fresh = { name, createdAt: this.account.clock.now(), images: [], tags: {} };
    const repository = this.#open((owner === 'template' ? this.#dormant.get(name) : undefined) ?? fresh, settings, owner);
    this.#dormant.delete(name);
    this.#records.write(repository.record);
    return repository;
  }

  /** @throws EcrError when there are images, unless they may go too (ECR-020) */
  delete(repository: LiveRepository, force: boolean): void {
    if (!force && repository.images.length > 0) throw repositoryNotEmpty(repository.name, this.account.id);
    this.#close(repository);
    this.#records.remove(repository.name);
    this.sweep();
  }

  /** Lets go of it for this run; its images stay on the disk. */
  release(repository: LiveRepository): void {
    this.#close(repository);
    this.#dormant.set(repository.name, repository.record);
  }

  startUpload(repository: LiveRepository): BlobUpload {
    const now = this.account.clock.now();
    for (const old of this.#uploads.values()) if (now - old.touchedAt > uploadLifetimeMs) void this.endUpload(old);
    const upload = new BlobUpload(this.blobs, repository.name, { now });
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  findUpload(repository: LiveRepository, id: string): BlobUpload | undefined {
    const upload = this.#uploads.get(id);
    if (upload === undefined || upload.repository !== repository.name) return undefined;
    upload.touchedAt = this.account.clock.now();
    return upload;
  }

  /** Makes a layer of the repository of it. @throws EcrError */
  async finishUpload(upload: BlobUpload, expected?: string): Promise<string> {
    this.#uploads.delete(upload.id);
    const digest = await upload.finish(expected);
    this.#repositories.get(upload.repository)?.addLayer(digest);
    return digest;
  }

  async endUpload(upload: BlobUpload): Promise<void> {
    this.#uploads.delete(upload.id);
    await upload.cancel();
  }

  login(as: CredentialsOwner): RegistryLogin {
    return { registry: this.address, user: 'AWS', password: this.tokens.issue(as).password };
  }

  pull(repository: string, digest: string, as: CredentialsOwner): RegistryPull {
    return { ...this.login(as), reference: `${this.address}/${repository}@${digest}` };
  }

  destination(repository: string, tag: string): RegistryPush | undefined {
    return assetDestination(this, repository, tag);
  }

  retainAssets(uris: ReadonlySet<string>): void {
    retainAssets(this, uris);
  }

  whenPushed(listener: (repository: string) => void): () => void {
    this.#pushed.add(listener);
    return () => void this.#pushed.delete(listener);
  }

  pushed(repository: LiveRepository): void {
    for (const listener of this.#pushed) listener(repository.name);
    this.#evaluateLater();
  }

  /** Removes blobs that no repository refers to. */
  sweep(): void {
    const dormant = new Set(
      [...this.#dormant.values()].flatMap(({ images }) =>
        images.flatMap(({ digest, blobs }) => [digest, ...blobs.map((blob) => blob.digest)]),
      ),
    );
    this.blobs.sweep((digest) => dormant.has(digest) || this.repositories.some((repository) => repository.refersTo(digest)));
  }

  /** Lets expire what lifecycle policies say. */
  evaluateLifecycles(): void {
    for (const repository of this.repositories) {
      const { lifecycle } = repository.settings;
      if (lifecycle === undefined) continue;
      const expired = repository.expire();
      repository.settings = { ...repository.settings, lifecycle: { ...lifecycle, evaluatedAt: this.account.clock.now() } };
      for (const digest of expired)
        this.account.emit({ event: 'notice', message: `The lifecycle policy of repository ${repository.name} lets ${digest} expire` });
    }
  }

  #evaluateLater(): void {
    if (this.#evaluation !== undefined || !this.repositories.some(({ settings }) => settings.lifecycle !== undefined)) return;
    this.#evaluation = this.account.schedule.after(evaluationIntervalMs, () => {
      this.#evaluation = undefined;
      this.evaluateLifecycles();
      this.#evaluateLater();
    });
  }

  #open(record: RepositoryRecord, settings: RepositorySettings, owner: LiveRepository['owner']): LiveRepository {
    const repository = new LiveRepository(
      {
        registryId: this.account.id,
        arn: this.arnOf(record.name),
        blobs: this.blobs,
        now: () => this.account.clock.now(),
        changed: (changed) => {
          if (this.#repositories.get(changed.name) === changed) this.#records.write(changed.record);
          this.#evaluateLater();
        },
        sweep: () => this.sweep(),
      },
      record,
      settings,
      owner,
    );
    this.#repositories.set(record.name, repository);
    this.#evaluateLater();
    return repository;
  }

  #close(repository: LiveRepository): void {
    this.#repositories.delete(repository.name);
    if (this.#repositories.size > 0) return;
    this.#evaluation?.cancel();
    this.#evaluation = undefined;
  }
}
