import { EcrError } from '../ecr-error.ts';
import { maxManifestBytes } from '../images/manifest.ts';
import { answerEmpty, commonHeaders } from './registry-answer.ts';
import { openRepository, parseReference, type DistributionCall } from './distribution-call.ts';

/** GET and HEAD of a manifest, by tag or digest (ECR-008). */
export async function pullManifest(call: DistributionCall, reference: string): Promise<void> {
  const { request, response } = call;
  const repository = openRepository(call, 'BatchGetImage');
  const image = repository.get(parseReference(reference));
  const content = await repository.manifest(image);
  response.writeHead(200, {
    ...commonHeaders,
    'Content-Type': image.mediaType,
    'Content-Length': content.length,
    'Docker-Content-Digest': image.digest,
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}

/** PUT of a manifest. One that is there already under that tag is a success (ECR-016). */
export async function pushManifest(call: DistributionCall, reference: string): Promise<void> {
  const { registry, request, response, name } = call;
  const repository = openRepository(call, 'PutImage');
  const id = parseReference(reference);
  const content = await readManifest(request);
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim();
  const { image, known } = await repository.put({ content, mediaType, ...id });
  if (!known) registry.pushed(repository);
  answerEmpty(response, 201, {
    Location: `http://${request.headers.host ?? registry.address}/v2/${name}/manifests/${image.digest}`,
    'Docker-Content-Digest': image.digest,
    ...(image.subject === undefined ? {} : { 'OCI-Subject': image.subject }),
  });
}

/** DELETE of a manifest, or of a tag alone. */
export function deleteManifest(call: DistributionCall, reference: string): void {
  openRepository(call, 'BatchDeleteImage').remove(parseReference(reference));
  answerEmpty(call.response, 202);
}

async function readManifest(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > maxManifestBytes)
      throw new EcrError('LimitExceededException', `The image manifest is larger than ${maxManifestBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
