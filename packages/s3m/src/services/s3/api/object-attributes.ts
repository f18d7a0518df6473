import { findObject } from './get-object.ts';
import type { XmlNode } from '../../print-xml.ts';
import { checksumElements } from './checksums.ts';
import { headerOf, xmlAnswer, type ObjectCall, type S3Answer } from './s3-call.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
import { versionHeaders } from './versions.ts';

const names = new Set(['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']);

/** GetObjectAttributes: what the header asks for, of an object. The parts of an object have no checksums here, so only their number is told. */
export function getObjectAttributes(call: ObjectCall): S3Answer {
  const header = headerOf(call, 'x-amz-object-attributes');
  if (header === undefined || header.trim() === '')
    throw invalidRequest('The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty');
  const wanted = new Set(header.split(',').map((name) => name.trim()));
  if ([...wanted].some((name) => !names.has(name)))
    throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', header);
  const object = findObject(call);
  const { etag, checksum, partSizes, systemMetadata, body, lastModified } = object;
  const elements: readonly XmlNode[] = [
    // Without the quotation marks that it has elsewhere.
    ['ETag', etag.slice(1, -1)],
    ['Checksum', checksum === undefined ? undefined : [...checksumElements(checksum), ['ChecksumType', checksum.type]]],
    ['ObjectParts', partSizes === undefined ? undefined : [['PartsCount', partSizes.length]]],
    ['StorageClass', systemMetadata['x-amz-storage-class'] ?? 'STANDARD'],
    ['ObjectSize', body.length],
  ];
  return xmlAnswer(
    'GetObjectAttributesResponse',
    elements.filter(([name]) => wanted.has(name)),
    [['Last-Modified', lastModified.toUTCString()], ...versionHeaders(call.bucket, object)],
  );
}
