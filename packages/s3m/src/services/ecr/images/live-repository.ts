import type { PullableRepository } from '../../../capabilities/image-registry.ts';
import type { NamedPolicy } from '../../../policy/evaluate-access.ts';
import { EcrError, imageNotFound } from '../ecr-error.ts';
import type { RepositorySettings } from '../repository-settings.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { digestOf } from '../storage/blob-store.ts';
import type { RepositoryRecord } from '../storage/repository-records.ts';
import { expiredImages } from './expired-images.ts';
import type { ImageRecord } from './image-record.ts';
import { parseManifest } from './manifest.ts';
import { readPlatforms } from './platforms.ts';
import { isImmutable } from './tag-mutability.ts';

/** A manifest as it is pushed. */
export interface PushedManifest {
  readonly content: Buffer;
  readonly mediaType: string | undefined;
  readonly tag?: string | undefined;
  /** What the client says the digest is. */
  readonly digest?: string | undefined;
}

/** How images of a repository are named. */
export interface ImageId {
  readonly digest?: string;
  readonly tag?: string;
}

/** What a repository stands on. */
export interface RepositoryPlace {
  readonly registryId: string;
  readonly arn: string;
  readonly blobs: BlobStore;
  now(): number;
  /** Keeps what has changed. */
  changed(repository: LiveRepository): void;
  /** Blobs may have lost their last image. */
  sweep(): void;
}

/** A repository with its images. */
export class LiveRepository implements PullableRepository {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  /** Whether a template or the API made it. */
  readonly owner: 'template' | 'api';
  readonly #place: RepositoryPlace;
  readonly #images = new Map<string, ImageRecord>();
  readonly #tags = new Map<string, string>();
  /** Blobs that were pushed or mounted here, whether an image has them or not. */
  readonly #layers = new Set<string>();
  #settings: RepositorySettings;

  constructor(place: RepositoryPlace, record: RepositoryRecord, settings: RepositorySettings, owner: LiveRepository['owner']) {
    this.name = record.name;
    this.createdAt = record.createdAt;
    this.owner = owner;
    this.arn = place.arn;
    this.#place = place;
    this.#settings = settings;
    for (const image of record.images) {
      if (place.blobs.size(image.digest) === undefined) continue;
      this.#images.set(image.digest, image);
      for (const { digest } of image.blobs) this.#layers.add(digest);
    }
    for (const [tag, digest] of Object.entries(record.tags)) if (this.#images.has(digest)) this.#tags.set(tag, digest);
  }

  get settings(): RepositorySettings {
    return this.#settings;
  }

  set settings(settings: RepositorySettings) {
    this.#settings = settings;
    this.#place.changed(this);
  }

  /** For access decisions (ECR-018). */
  get policy(): NamedPolicy | undefined {
    const { policy } = this.#settings;
    return policy === undefined ? undefined : { name: `the policy of repository ${this.name}`, document: policy.document };
  }

  get images(): readonly ImageRecord[] {
    return [...this.#images.values()];
  }

  get tags(): ReadonlyMap<string, string> {
    return this.#tags;
  }

  get record(): RepositoryRecord {
    const { input } = this.#settings;
    return {
      name: this.name,
      createdAt: this.createdAt,
      images: this.images,
      tags: Object.fromEntries(this.#tags),
      ...(this.owner === 'template' || input === undefined ? {} : { input }),
    };
  }

  tagsOf(digest: string): readonly string[] {
    return [...this.#tags].filter(([, of]) => of === digest).map(([tag]) => tag);
  }

  /** Undefined when there is no such image, or tag and digest are not of one. */
  findImage({ digest, tag }: ImageId): ImageRecord | undefined {
    const found = tag === undefined ? digest : this.#tags.get(tag);
    if (found === undefined || (digest !== undefined && digest !== found)) return undefined;
    return this.#images.get(found);
  }

  find(id: ImageId): string | undefined {
    return this.findImage(id)?.digest;
  }

  platforms(digest: string): readonly string[] {
    return this.#images.get(digest)?.platforms ?? [];
  }

  /** @throws EcrError (ECR-011) */
  get(id: ImageId): ImageRecord {
    const image = this.findImage(id);
    if (image === undefined) throw imageNotFound(id, this.name, this.#place.registryId);
    return image;
  }

  manifest(image: ImageRecord): Promise<Buffer> {
    const { pulledAt = 0 } = image;
    // AWS keeps the time to the day; a record that changes with each pull is not worth a file written with each.
    if (this.#place.now() - pulledAt > 60_000) {
      this.#images.set(image.digest, { ...image, pulledAt: this.#place.now() });
      this.#place.changed(this);
    }
    return this.#place.blobs.readWhole(image.digest);
  }

  hasLayer(digest: string): boolean {
    return this.#layers.has(digest) && this.#place.blobs.size(digest) !== undefined;
  }

  addLayer(digest: string): void {
    this.#layers.add(digest);
  }

  /** Whether a blob must stay. */
  refersTo(digest: string): boolean {
    return this.#layers.has(digest) || this.#images.has(digest);
  }

  /** @returns the image, and whether it was there already with that very tag (ECR-016). @throws EcrError */
  async put({
    content,
    mediaType,
    tag,
    digest: claimed,
  }: PushedManifest): Promise<{ readonly image: ImageRecord; readonly known: boolean }> {
    const digest = digestOf(content);
    if (claimed !== undefined && claimed !== digest) {
      throw new EcrError(
        'ImageDigestDoesNotMatchException',
        'The specified image digest does not match the digest that Amazon ECR calculated for the image.',
      );
    }
    const parsed = parseManifest(content, mediaType);
    this.#checkParts(parsed);
    this.#checkTag(tag, digest);
    const { blobs } = this.#place;
    await blobs.put(content);
    const platforms = await readPlatforms(parsed, content, (blob) => blobs.readWhole(blob));
    // Another push may have had the tag meanwhile.
    this.#checkTag(tag, digest);
    const before = this.#images.get(digest);
    const known = before !== undefined && (tag === undefined || this.#tags.get(tag) === digest);
    const image = before ?? { digest, ...parsed, platforms, pushedAt: this.#place.now() };
    this.#images.set(digest, image);
    if (tag !== undefined) this.#tags.set(tag, digest);
    if (!known) this.#place.changed(this);
    return { image, known };
  }

  /** A tag alone is taken away from its image; an image goes with its last tag, or by its digest with all of them (ECR API Reference, BatchDeleteImage). @throws EcrError */
  remove(id: ImageId): void {
    const { digest } = this.get(id);
    if (id.tag !== undefined && this.tagsOf(digest).length > 1) {
      this.#tags.delete(id.tag);
      this.#place.changed(this);
      return;
    }
    const index = this.images.find(({ children }) => children.some((child) => child.digest === digest));
    if (index !== undefined) {
      throw new EcrError('ImageReferencedByManifestException', `Requested image referenced by manifest list: [${index.digest}]`);
    }
    this.#drop(digest);
    this.#place.changed(this);
    this.#place.sweep();
  }

  /** Removes what the lifecycle policy lets expire (ECR-019). @returns digests */
  expire(): readonly string[] {
    const expired = this.expiring();
    for (const digest of expired) this.#drop(digest);
    if (expired.length > 0) {
      this.#place.changed(this);
      this.#place.sweep();
    }
    return expired;
  }

  /** What {@link expire} would remove now. */
  expiring(): readonly string[] {
    const rules = this.#settings.lifecycle?.rules ?? [];
    const referenced = new Set(this.images.flatMap(({ children }) => children.map(({ digest }) => digest)));
    const aged = this.images.map(({ digest, pushedAt }) => ({
      digest,
      pushedAt,
      tags: this.tagsOf(digest),
      referenced: referenced.has(digest),
    }));
    return expiredImages(rules, aged, this.#place.now());
  }

  #drop(digest: string): void {
    const image = this.#images.get(digest);
    this.#images.delete(digest);
    for (const tag of this.tagsOf(digest)) this.#tags.delete(tag);
    const left = new Set(this.images.flatMap(({ blobs }) => blobs.map((blob) => blob.digest)));
    for (const blob of image?.blobs ?? []) if (!left.has(blob.digest)) this.#layers.delete(blob.digest);
  }

  #checkParts({ blobs, children }: Pick<ImageRecord, 'blobs' | 'children'>): void {
    const where = `required for pushing image into repository with name '${this.name}' in the registry with id '${this.#place.registryId}' do not exist`;
    const missing = blobs.filter(({ digest }) => !this.hasLayer(digest)).map(({ digest }) => digest);
    if (missing.length > 0) throw new EcrError('LayersNotFoundException', `Layers with digests '[${missing.join(', ')}]' ${where}`);
    const absent = children.filter(({ digest }) => !this.#images.has(digest)).map(({ digest }) => digest);
    if (absent.length > 0) throw new EcrError('ReferencedImagesNotFoundException', `Images with digests '[${absent.join(', ')}]' ${where}`);
    const wrong = blobs.find(({ digest, size }) => this.#place.blobs.size(digest) !== size);
    if (wrong !== undefined) {
      throw new EcrError(
        'InvalidParameterException',
        `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'the size of ${wrong.digest} is ${this.#place.blobs.size(wrong.digest)}, not ${wrong.size}'`,
      );
    }
  }

  /** ECR-014 */
  #checkTag(tag: string | undefined, digest: string): void {
    const before = tag === undefined ? undefined : this.#tags.get(tag);
    if (tag === undefined || before === undefined || before === digest || !isImmutable(this.#settings.mutability, tag)) return;
    throw new EcrError(
      'ImageTagAlreadyExistsException',
      `The image tag '${tag}' already exists in the '${this.name}' repository and cannot be overwritten because the repository is immutable.`,
    );
  }
}
