import { EcrError } from '../ecr-error.ts';
import { checkAccess } from '../ecr-access.ts';
import type { BlobUpload } from '../storage/blob-upload.ts';
import { openRepository, parseDigest, type DistributionCall } from './distribution-call.ts';
import { answerEmpty, answerError } from './registry-answer.ts';

/** POST: begins an upload, takes a blob in whole (`digest`), or one that another repository has (`mount`, `from`). */
export async function startUpload(call: DistributionCall): Promise<void> {
  const { registry, request, response, query } = call;
  const repository = openRepository(call, 'InitiateLayerUpload');
  const digest = query.get('digest');
  const mounted = query.get('mount');
  if (mounted !== null && mountable(call, mounted, query.get('from'))) {
    repository.addLayer(mounted);
    return answerCreated(call, mounted);
  }
  if (digest === null) return answerAccepted(call, registry.startUpload(repository));
  openRepository(call, 'UploadLayerPart', 'CompleteLayerUpload');
  parseDigest(digest);
  const upload = registry.startUpload(repository);
  try {
    await upload.append(request);
    answerCreated(call, await registry.finishUpload(upload, digest));
  } finally {
    if (!response.writableEnded) await registry.endUpload(upload);
  }
}

/** PATCH: adds a part. Without Content-Range it is what follows, however much it is. */
export async function continueUpload(call: DistributionCall, id: string): Promise<void> {
  const { request, response } = call;
  const upload = openUpload(call, id, 'UploadLayerPart');
  const range = request.headers['content-range'];
  const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(range ?? '') ?? [];
  const length = request.headers['content-length'];
  if (range !== undefined && (first === undefined || (length !== undefined && Number(last) - Number(first) + 1 !== Number(length))))
    return answerError(request, response, 416, 'BLOB_UPLOAD_INVALID', `The range "${range}" is not that of the part`, rangeOf(upload));
  try {
    await upload.append(request, first === undefined ? undefined : Number(first));
  } catch (error) {
    if (!(error instanceof EcrError) || error.name !== 'InvalidLayerPartException') throw error;
    return answerError(request, response, 416, 'BLOB_UPLOAD_INVALID', error.message, rangeOf(upload));
  }
  answerAccepted(call, upload);
}

/** PUT: takes the last part in, if there is one, and makes the blob. */
export async function completeUpload(call: DistributionCall, id: string): Promise<void> {
  const { registry, request, query } = call;
  const upload = openUpload(call, id, 'UploadLayerPart', 'CompleteLayerUpload');
  const digest = parseDigest(query.get('digest'));
  await upload.append(request);
  answerCreated(call, await registry.finishUpload(upload, digest));
}

/** GET: how much has come. */
export function describeUpload(call: DistributionCall, id: string): void {
  const upload = openUpload(call, id, 'UploadLayerPart');
  answerEmpty(call.response, 204, { Location: locationOf(call, upload), ...rangeOf(upload) });
}

/** DELETE */
export async function cancelUpload(call: DistributionCall, id: string): Promise<void> {
  await call.registry.endUpload(openUpload(call, id, 'UploadLayerPart'));
  answerEmpty(call.response, 204);
}

/** @throws EcrError */
function openUpload(call: DistributionCall, id: string, ...actions: readonly string[]): BlobUpload {
  const repository = openRepository(call, ...actions);
  const upload = call.registry.findUpload(repository, id);
  if (upload !== undefined) return upload;
  throw new EcrError(
    'UploadNotFoundException',
    'The upload could not be found, or the specified upload ID is not valid for this repository.',
  );
}

/** Whether the other repository has it and the caller may take it from there; if not, it is uploaded. */
function mountable({ registry, caller }: DistributionCall, digest: string, from: string | null): boolean {
  const source = from === null ? undefined : registry.find(from);
  if (source === undefined || !source.hasLayer(digest)) return false;
  try {
    checkAccess(registry, caller, 'BatchCheckLayerAvailability', source.name);
    checkAccess(registry, caller, 'GetDownloadUrlForLayer', source.name);
    return true;
  } catch (error) {
    if (error instanceof EcrError) return false;
    throw error;
  }
}

function answerAccepted(call: DistributionCall, upload: BlobUpload): void {
  answerEmpty(call.response, 202, { Location: locationOf(call, upload), 'Docker-Upload-UUID': upload.id, ...rangeOf(upload) });
}

function answerCreated({ registry, request, response, name }: DistributionCall, digest: string): void {
  const location = `http://${request.headers.host ?? registry.address}/v2/${name}/blobs/${digest}`;
  answerEmpty(response, 201, { Location: location, 'Docker-Content-Digest': digest });
}

function locationOf({ registry, request, name }: DistributionCall, upload: BlobUpload): string {
  return `http://${request.headers.host ?? registry.address}/v2/${name}/blobs/uploads/${upload.id}`;
}

/** Of nothing it is `0-0`, as Docker's registry writes it. */
function rangeOf({ size }: BlobUpload): { readonly Range: string } {
  return { Range: `0-${Math.max(0, size - 1)}` };
}
