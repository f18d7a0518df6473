import { createHash } from 'node:crypto';
import { readBody, type Checksum, type FileBody } from '../../../capabilities/bucket.ts';
import type { Account } from '../../account.ts';
import type { MultipartUpload, UploadedPart } from '../multipart-upload.ts';
import { bodyFilesOf } from '../storage/body-files.ts';
import { memoryBytes } from '../storage/body-sink.ts';
import { badDigest, checksumElements, checksumHeaders, compositeChecksum } from './checksums.ts';
import { combineCrcs } from './combine-crcs.ts';
import { checkObjectSize, minPartBytes } from './limits.ts';
import { findUpload } from './multipart.ts';
import { childrenOf, textOf, type XmlElement } from '../../parse-xml.ts';
import { checkWriteConditions } from './preconditions.ts';
import { readDocument, required } from './read-document.ts';
import { headerOf, xmlAnswer, type ObjectCall, type S3Answer } from './s3-call.ts';
import { invalidRequest, malformedXml, S3Error } from './s3-error.ts';
import { newVersionHeaders } from './versions.ts';

/** CompleteMultipartUpload: the parts that are listed, in their order, become the object. */
export function completeMultipartUpload(call: ObjectCall): Promise<S3Answer> {
  return call.bucket.inTurn(call.key, () => complete(call));
}

async function complete(call: ObjectCall): Promise<S3Answer> {
  const { bucket, key, account } = call;
  const upload = findUpload(call);
  const listed = childrenOf(readDocument(call, 'CompleteMultipartUpload'), 'Part');
  if (listed.length === 0) throw malformedXml();
  const parts = readParts(upload, listed);
  checkWriteConditions(call, key, bucket.get(key));
  const size = parts.reduce((sum, { body }) => sum + body.length, 0);
  checkObjectSize(size);
  const checksum = checksumOf(upload, parts);
  checkGivenChecksum(call, checksum);
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag.slice(1, -1), 'hex')));
  const etag = `"${createHash('md5').update(digests).digest('hex')}-${parts.length}"`;
  const inFiles = joined(account, parts);
  const body = size > memoryBytes ? inFiles : await readBody(inFiles);
  const stored = await bucket.end(upload, { ...upload.object, body, etag, checksum, partSizes: parts.map((part) => part.body.length) });
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    [
      ['Location', `${account.endpoint.url}/${bucket.name}/${key.split('/').map(encodeURIComponent).join('/')}`],
      ['Bucket', bucket.name],
      ['Key', key],
      ['ETag', etag],
      ...checksumElements(checksum),
      ['ChecksumType', checksum.type],
    ],
    [['x-amz-server-side-encryption', 'AES256'], ...(stored === undefined ? [] : newVersionHeaders(bucket, stored))],
  );
}

/** The parts that are listed: in order, there, unchanged and large enough, in the order in which S3 looks. */
function readParts(upload: MultipartUpload, listed: readonly XmlElement[]): readonly UploadedPart[] {
  const wanted = listed.map((element) => ({
    element,
    number: Number(required(textOf(element, 'PartNumber'))),
    etag: required(textOf(element, 'ETag')),
  }));
  if (wanted.some(({ number }) => !Number.isInteger(number))) throw malformedXml();
  if (wanted.some(({ number }, index) => index > 0 && number <= wanted[index - 1]!.number)) {
    throw new S3Error(
      400,
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
      [['UploadId', upload.id]],
    );
  }
  const parts = wanted.map(({ element, number, etag }) => {
    const part = upload.parts.get(number);
    if (part === undefined || part.etag.slice(1, -1) !== etag.replaceAll('"', '')) throw invalidPart(upload, number, etag);
    checkPartChecksum(upload, element, part, number, etag);
    return part;
  });
  parts.slice(0, -1).forEach((part, index) => checkPartSize(part, wanted[index]!.number));
  return parts;
}

function checkPartSize({ body, etag }: UploadedPart, number: number): void {
  if (body.length >= minPartBytes) return;
  throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', [
    ['ProposedSize', body.length],
    ['MinSizeAllowed', minPartBytes],
    ['PartNumber', number],
    ['ETag', etag.slice(1, -1)],
  ]);
}

function checkPartChecksum(upload: MultipartUpload, element: XmlElement, part: UploadedPart, number: number, etag: string): void {
  for (const [, algorithm] of checksumHeaders) {
    const given = textOf(element, `Checksum${algorithm}`);
    if (given !== undefined && part.checksum?.algorithm === algorithm && part.checksum.value !== given)
      throw invalidPart(upload, number, etag);
    if (given === undefined && upload.checksum?.algorithm === algorithm && upload.checksum.type === 'COMPOSITE') {
      throw invalidRequest(
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
  }
}

function invalidPart({ id }: MultipartUpload, number: number, etag: string): S3Error {
  return new S3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    [
      ['UploadId', id],
      ['PartNumber', number],
      ['ETag', etag.replaceAll('"', '')],
    ],
  );
}

/** The object is where its parts are. */
function joined(account: Account, parts: readonly UploadedPart[]): FileBody {
  return bodyFilesOf(account).body(parts.flatMap(({ body }) => (Buffer.isBuffer(body) ? [] : body.pieces)));
}

function checksumOf({ checksum }: MultipartUpload, parts: readonly UploadedPart[]): Checksum {
  const digests = parts.map(({ digest }) => digest);
  const algorithm = checksum?.algorithm ?? 'CRC64NVME';
  if (checksum?.type === 'COMPOSITE') return compositeChecksum(algorithm, digests);
  const crcs = parts.map(({ digest, body }) => ({ crc: Buffer.from(digest.value, 'base64'), size: body.length }));
  return { algorithm, type: 'FULL_OBJECT', value: combineCrcs(algorithm, crcs).toString('base64') };
}

/** Of the whole object, as the client computed it. */
function checkGivenChecksum(call: ObjectCall, checksum: Checksum): void {
  for (const [header, algorithm] of checksumHeaders) {
    const given = headerOf(call, header);
    if (given === undefined || algorithm !== checksum.algorithm) continue;
    const own = checksum.value.replace(/-\d+$/, '');
    if (given.replace(/-\d+$/, '') !== own) throw badDigest(`The ${algorithm} you specified did not match the calculated checksum.`);
  }
}
