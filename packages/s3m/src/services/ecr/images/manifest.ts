import { EcrError } from '../ecr-error.ts';
import { isDigest } from '../repository-name.ts';
import type { BlobReference, ImageRecord } from './image-record.ts';

/** Bytes of a manifest (OCI distribution specification, "Pushing Manifests": registries take at least 4 MiB). */
export const maxManifestBytes: number = 4 * 1024 * 1024;

const images = new Set(['application/vnd.docker.distribution.manifest.v2+json', 'application/vnd.oci.image.manifest.v1+json']);
const indexes = new Set(['application/vnd.docker.distribution.manifest.list.v2+json', 'application/vnd.oci.image.index.v1+json']);

/** What a manifest says it is made of. @param mediaType as the client declared it @throws EcrError */
export function parseManifest(content: Buffer, mediaType: string | undefined): Omit<ImageRecord, 'digest' | 'pushedAt'> {
  if (content.length > maxManifestBytes)
    throw new EcrError('LimitExceededException', `The image manifest is larger than ${maxManifestBytes} bytes`);
  const manifest = parseObject(content);
  const own = manifest['mediaType'];
  if (typeof own === 'string' && mediaType !== undefined && own !== mediaType)
    throw invalid(`its mediaType is '${own}', the request says '${mediaType}'`);
  const type = mediaType ?? (typeof own === 'string' ? own : guessType(manifest));
  if (manifest['schemaVersion'] !== 2 || (!images.has(type) && !indexes.has(type))) throw unsupported(type);
  const subject = manifest['subject'] === undefined ? undefined : parseReference(manifest['subject'], 'subject').digest;
  const { artifactType } = manifest;
  const common = {
    mediaType: type,
    manifestBytes: content.length,
    ...(subject === undefined ? {} : { subject }),
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
  };
  if (indexes.has(type)) return { ...common, blobs: [], children: parseReferences(manifest['manifests'], 'manifests') };
  const config = parseReference(manifest['config'], 'config');
  return { ...common, blobs: [config, ...parseReferences(manifest['layers'], 'layers')], children: [] };
}

function parseObject(content: Buffer): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isObject(parsed)) throw invalid('it is not an object');
  return parsed;
}

function guessType(manifest: Readonly<Record<string, unknown>>): string {
  return Array.isArray(manifest['manifests']) ? 'application/vnd.oci.image.index.v1+json' : 'application/vnd.oci.image.manifest.v1+json';
}

function parseReferences(value: unknown, where: string): BlobReference[] {
  if (!Array.isArray(value)) throw invalid(`it has no list '${where}'`);
  return value.map((each: unknown, index) => parseReference(each, `${where}[${index}]`));
}

function parseReference(value: unknown, where: string): BlobReference {
  const { digest, size, mediaType } = isObject(value) ? value : {};
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`the digest of '${where}' is not valid`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid(`the size of '${where}' is not valid`);
  return { digest, size, mediaType: typeof mediaType === 'string' ? mediaType : 'application/octet-stream' };
}

function invalid(why: string): EcrError {
  return new EcrError(
    'InvalidParameterException',
    `Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'`,
    `Invalid image manifest: ${why}`,
  );
}

function unsupported(type: string): EcrError {
  return new EcrError('UnsupportedImageTypeException', `The image manifest type '${type}' is not supported.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
