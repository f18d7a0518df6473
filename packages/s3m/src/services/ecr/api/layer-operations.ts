import { EcrError } from '../ecr-error.ts';
import { isDigest } from '../repository-name.ts';
import type { BlobUpload } from '../storage/blob-upload.ts';
import { invalidParameter } from './ecr-input.ts';
import { repositoryOf, type EcrCall, type EcrOperation } from './ecr-operation.ts';
import { locate } from './image-operations.ts';

/** What AWS proposes, and what all parts but the last must have (ECR-024). */
const partSize = 10 * 1024 * 1024;
const minPartSize = 5 * 1024 * 1024;

/** Sizes of the parts so far, of uploads that the API makes. */
const smallParts = new WeakSet<BlobUpload>();

/** Operations on layers, which Docker itself uses over the distribution protocol. */
export const layerOperations: Readonly<Record<string, EcrOperation>> = {
  BatchCheckLayerAvailability: (call) => {
    const { registry, input } = call;
    const repository = repositoryOf(call);
    const digests = input.strings('layerDigests') ?? [];
    if (digests.length === 0) throw invalidParameter('layerDigests', 'Member must have length greater than or equal to 1');
    const layers = digests.filter(isDigest).map((layerDigest) =>
      repository.hasLayer(layerDigest)
        ? {
            layerDigest,
            layerAvailability: 'AVAILABLE',
            layerSize: registry.blobs.size(layerDigest),
            mediaType: mediaTypeOf(call, layerDigest),
          }
        : { layerDigest, layerAvailability: 'UNAVAILABLE' },
    );
    const failures = digests
      .filter((digest) => !isDigest(digest))
      .map((layerDigest) => ({ layerDigest, failureCode: 'InvalidLayerDigest', failureReason: 'Invalid layer digest' }));
    return { layers, failures };
  },

  GetDownloadUrlForLayer: (call) => {
    const { registry, input } = call;
    const repository = repositoryOf(call);
    const layerDigest = input.string('layerDigest');
    if (!isDigest(layerDigest) || !repository.hasLayer(layerDigest)) {
      throw new EcrError(
        'LayersNotFoundException',
        `Layers with digests '[${layerDigest}]' do not exist in the repository with name '${repository.name}' in the registry with id '${registry.account.id}'`,
      );
    }
    return { downloadUrl: `http://${registry.address}/v2/${repository.name}/blobs/${layerDigest}`, layerDigest };
  },

  InitiateLayerUpload: (call) => ({ uploadId: call.registry.startUpload(repositoryOf(call)).id, partSize }),

  UploadLayerPart: async (call) => {
    const { input } = call;
    const upload = uploadOf(call);
    const [first, last] = [input.integer('partFirstByte') ?? 0, input.integer('partLastByte') ?? 0];
    const part = Buffer.from(input.string('layerPartBlob'), 'base64');
    if (last - first + 1 !== part.length) throw invalidParameter('partLastByte', `the part has ${part.length} bytes`);
    if (smallParts.has(upload)) throw tooSmall();
    await upload.append(of(part), first);
    if (part.length < minPartSize) smallParts.add(upload);
    return { ...locate(call, repositoryOf(call)), uploadId: upload.id, lastByteReceived: upload.size - 1 };
  },

  CompleteLayerUpload: async (call) => {
    const { registry, input } = call;
    const upload = uploadOf(call);
    const repository = repositoryOf(call);
    const [expected] = input.strings('layerDigests') ?? [];
    if (expected === undefined || !isDigest(expected)) throw invalidParameter('layerDigests', 'Invalid layer digest');
    return { ...locate(call, repository), uploadId: upload.id, layerDigest: await registry.finishUpload(upload, expected) };
  },
};

/** @throws EcrError */
function uploadOf(call: EcrCall): BlobUpload {
  const repository = repositoryOf(call);
  const id = call.input.string('uploadId');
  const upload = call.registry.findUpload(repository, id);
  if (upload !== undefined) return upload;
  throw new EcrError(
    'UploadNotFoundException',
    `The upload with id '${id}' does not exist in the repository with name '${repository.name}' in the registry with id '${call.registry.account.id}'`,
  );
}

function mediaTypeOf(call: EcrCall, digest: string): string {
  const blobs = repositoryOf(call).images.flatMap((image) => image.blobs);
  return blobs.find((blob) => blob.digest === digest)?.mediaType ?? 'application/vnd.docker.image.rootfs.diff.tar.gzip';
}

function tooSmall(): EcrError {
  return new EcrError('LayerPartTooSmallException', 'Layer parts must be at least 5 MiB in size.');
}

async function* of(part: Buffer): AsyncIterable<Buffer> {
  yield part;
}
