import { EcrError } from '../ecr-error.ts';
import { imageBytes, type ImageRecord } from '../images/image-record.ts';
import type { ImageId, LiveRepository } from '../images/live-repository.ts';
import { isDigest, isTag } from '../repository-name.ts';
import { invalidParameter, type EcrInput } from './ecr-input.ts';
import { pageOf, repositoryOf, seconds, type EcrCall, type EcrOperation } from './ecr-operation.ts';

/** Operations on images (ECR API Reference). */
export const imageOperations: Readonly<Record<string, EcrOperation>> = {
  DescribeImages: (call) => {
    const { registry, input } = call;
    const repository = repositoryOf(call);
    const ids = input.objects('imageIds')?.map(parseImageId);
    const status = tagStatus(input);
    const images =
      ids === undefined
        ? repository.images.filter(({ digest }) => hasStatus(repository, digest, status))
        : ids.map((id) => repository.get(id));
    const { page, ...next } = pageOf(input, images);
    return { imageDetails: page.map((image) => describe(registry.account.id, repository, image)), ...next };
  },

  ListImages: (call) => {
    const repository = repositoryOf(call);
    const status = tagStatus(call.input);
    const ids = repository.images
      .filter(({ digest }) => hasStatus(repository, digest, status))
      .flatMap(({ digest }) => {
        const tags = repository.tagsOf(digest);
        return tags.length === 0 ? [{ imageDigest: digest }] : tags.map((imageTag) => ({ imageDigest: digest, imageTag }));
      });
    const { page, ...next } = pageOf(call.input, ids);
    return { imageIds: page, ...next };
  },

  BatchGetImage: async (call) => {
    const repository = repositoryOf(call);
    const { found, failures } = split(call, repository);
    const images = await Promise.all(
      found.map(async ({ id, image }) => ({
        ...locate(call, repository),
        imageId: { imageDigest: image.digest, ...(id.tag === undefined ? {} : { imageTag: id.tag }) },
        imageManifest: (await repository.manifest(image)).toString(),
        imageManifestMediaType: image.mediaType,
      })),
    );
    return { images, failures };
  },

  BatchDeleteImage: (call) => {
    const repository = repositoryOf(call);
    const { found, failures } = split(call, repository);
    const imageIds: object[] = [];
    for (const { id, image } of found) {
      const tags = id.tag === undefined ? repository.tagsOf(image.digest) : [id.tag];
      try {
        repository.remove(id);
        imageIds.push(...(tags.length === 0 ? [undefined] : tags).map((imageTag) => ({ imageDigest: image.digest, imageTag })));
      } catch (error) {
        if (!(error instanceof EcrError)) throw error;
        failures.push(
          failure(id, error.name === 'ImageNotFoundException' ? 'ImageNotFound' : 'ImageReferencedByManifestList', error.message),
        );
      }
    }
    return { imageIds, failures };
  },

  PutImage: async (call) => {
    const { registry, input } = call;
    const repository = repositoryOf(call);
    const tag = input.optionalString('imageTag');
    if (tag !== undefined && !isTag(tag)) throw invalidParameter('imageTag', 'Invalid image tag');
    const manifest = input.string('imageManifest');
    const digest = input.optionalString('imageDigest');
    const mediaType = input.optionalString('imageManifestMediaType');
    const { image, known } = await repository.put({ content: Buffer.from(manifest), mediaType, tag, digest });
    if (known) throw alreadyExists(call, repository, image, tag);
    registry.pushed(repository);
    return {
      image: {
        ...locate(call, repository),
        imageId: { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) },
        imageManifest: manifest,
        imageManifestMediaType: image.mediaType,
      },
    };
  },
};

/** Where it is. */
export function locate(
  { registry }: EcrCall,
  repository: LiveRepository,
): { readonly registryId: string; readonly repositoryName: string } {
  return { registryId: registry.account.id, repositoryName: repository.name };
}

/** @throws EcrError */
function parseImageId(input: EcrInput): ImageId {
  const digest = input.optionalString('imageDigest');
  const tag = input.optionalString('imageTag');
  return { ...(digest === undefined ? {} : { digest }), ...(tag === undefined ? {} : { tag }) };
}

interface Failure {
  readonly imageId: { readonly imageDigest?: string; readonly imageTag?: string };
  readonly failureCode: string;
  readonly failureReason: string;
}

/** What is there of the images that a batch names, and for what is not, why. */
function split(
  { input }: EcrCall,
  repository: LiveRepository,
): { readonly found: readonly { readonly id: ImageId; readonly image: ImageRecord }[]; readonly failures: Failure[] } {
  const found: { id: ImageId; image: ImageRecord }[] = [];
  const failures: Failure[] = [];
  for (const id of (input.objects('imageIds') ?? []).map(parseImageId)) {
    const image = repository.findImage(id);
    if (image !== undefined) found.push({ id, image });
    else failures.push(whyNot(repository, id));
  }
  return { found, failures };
}

function whyNot(repository: LiveRepository, id: ImageId): Failure {
  if (id.digest === undefined && id.tag === undefined)
    return failure(id, 'MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null');
  if (id.digest !== undefined && !isDigest(id.digest))
    return failure(
      id,
      'InvalidImageDigest',
      `Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'`,
    );
  if (id.tag !== undefined && id.digest !== undefined && repository.find({ digest: id.digest }) !== undefined)
    return failure(id, 'ImageTagDoesNotMatchDigest', `Image with digest ${id.digest} does not match the specified tag`);
  return failure(id, 'ImageNotFound', 'Requested image not found');
}

function failure({ digest, tag }: ImageId, failureCode: string, failureReason: string): Failure {
  const imageId = { ...(digest === undefined ? {} : { imageDigest: digest }), ...(tag === undefined ? {} : { imageTag: tag }) };
  return { imageId, failureCode, failureReason };
}

function describe(registryId: string, repository: LiveRepository, image: ImageRecord): object {
  const tags = repository.tagsOf(image.digest);
  const configuration = image.blobs[0]?.mediaType;
  return {
    registryId,
    repositoryName: repository.name,
    imageDigest: image.digest,
    ...(tags.length === 0 ? {} : { imageTags: tags }),
    imageSizeInBytes: imageBytes(image),
    imagePushedAt: seconds(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    ...(image.artifactType === undefined && configuration === undefined ? {} : { artifactMediaType: image.artifactType ?? configuration }),
    ...(image.pulledAt === undefined ? {} : { lastRecordedPullTime: seconds(image.pulledAt) }),
  };
}

function tagStatus(input: EcrInput): 'TAGGED' | 'UNTAGGED' | 'ANY' {
  return input.object('filter').oneOf('tagStatus', ['TAGGED', 'UNTAGGED', 'ANY'], 'ANY');
}

function hasStatus(repository: LiveRepository, digest: string, status: 'TAGGED' | 'UNTAGGED' | 'ANY'): boolean {
  return status === 'ANY' || (status === 'TAGGED') === repository.tagsOf(digest).length > 0;
}

/** ECR-016 */
function alreadyExists({ registry }: EcrCall, repository: LiveRepository, { digest }: ImageRecord, tag: string | undefined): EcrError {
  return new EcrError(
    'ImageAlreadyExistsException',
    `Image with digest '${digest}' and tag '${tag ?? 'null'}' already exists in the repository with name '${repository.name}' in registry with id '${registry.account.id}'`,
  );
}
