import type { IncomingMessage } from 'node:http';
import type { Account } from '../../account.ts';
import { existingTagKeys } from '../condition-keys.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import { bodyFilesOf } from '../storage/body-files.ts';
import { BodySink } from '../storage/body-sink.ts';
import { authorize, objectArn } from './access.ts';
import { authenticateForm } from './authenticate-form.ts';
import { checksumHeaders, checksumResponseHeaders, verifyChecksum } from './checksums.ts';
import { readForm, type Form } from './form-reader.ts';
import { checkRoom, maxUploadBytes } from './limits.ts';
import { ObjectDigests } from './object-digests.ts';
import { readObjectHeaders } from './object-headers.ts';
import { parseXml, XmlProblem } from '../../parse-xml.ts';
import { checkPostPolicy, type SizeRange } from './post-policy.ts';
import { checkKey } from './put-object.ts';
import { xmlAnswer, type S3Answer, type ServiceCall, type Signer } from './s3-call.ts';
import { invalidArgument, malformedXml, S3Error } from './s3-error.ts';
import { parseTagging } from './tag-set.ts';
import { newVersionHeaders } from './versions.ts';

/** PostObject: an upload from an HTML form, by whoever has signed its policy (S3 API Reference, "POST Object"). @throws S3Error */
export async function postObject(
  account: Account,
  request: IncomingMessage,
  bucket: MemoryBucket,
  /** Adds the way that the call came. */
  onItsWay: (signer: Signer) => Signer,
): Promise<S3Answer> {
  const source = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const form = await readForm(source, request.headers['content-type'] ?? '');
  const { fields } = form;
  const signer = onItsWay(authenticateForm(account, fields));
  const policy = fields.get('policy');
  const sizes =
    policy === undefined ? undefined : checkPostPolicy(policy, new Map([...fields, ['bucket', bucket.name]]), account.clock.now());
  const key = keyOf(form);
  const call: ServiceCall & { readonly bucket: MemoryBucket } = {
    account,
    method: 'POST',
    target: request.url ?? '/',
    headers: { ...pick(request.headers, ['user-agent', 'referer']), ...headersOf(fields) },
    query: new Map(),
    signer,
    body: { bytes: Buffer.alloc(0) },
    bucketName: bucket.name,
    bucket,
  };
  const need = { action: 's3:PutObject', resource: objectArn(bucket, key), bucket, keys: existingTagKeys(bucket.get(key)) };
  authorize(call, need);
  const tags = tagsOf(fields.get('tagging'));
  if (Object.keys(tags).length > 0) authorize(call, { ...need, action: 's3:PutObjectTagging' });
  const headers = readObjectHeaders(call);
  const { body, digests, release } = await receiveFile(account, form, sizes);
  try {
    const checksum =
      verifyChecksum(
        (name) => fields.get(name),
        (name) => digests.checksum(name),
      ) ?? digests.checksum('CRC64NVME');
    if (Buffer.isBuffer(body)) checkRoom(account, body.length);
    const { etag } = digests;
    const tagged = Object.keys(tags).length === 0 ? {} : { tags };
    const stored = await bucket.inTurn(key, () => bucket.put({ key, body, etag, ...headers, ...tagged, checksum }));
    return answerTo(fields, { account, bucket, key, etag }, [...checksumResponseHeaders(checksum), ...newVersionHeaders(bucket, stored)]);
  } finally {
    release();
  }
}

function keyOf({ fields, fileName }: Form): string {
  const key = fields.get('key');
  if (key === undefined || key === '')
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      undefined,
    );
  const whole = key.replaceAll('${filename}', () => fileName);
  checkKey(whole);
  return whole;
}

/** Fields that say of an object what headers of PutObject say. */
function headersOf(fields: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const named = new Set(['cache-control', 'content-type', 'content-disposition', 'content-encoding', 'content-language', 'expires']);
  const own = [...fields].filter(
    ([name]) => named.has(name) || /^x-amz-(?!signature$|credential$|date$|algorithm$|security-token$)/.test(name),
  );
  const acl = fields.get('acl');
  return { ...Object.fromEntries(own), ...(acl === undefined ? {} : { 'x-amz-acl': acl }) };
}

function pick(headers: IncomingMessage['headers'], names: readonly string[]): IncomingMessage['headers'] {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

function tagsOf(document: string | undefined): Readonly<Record<string, string>> {
  if (document === undefined || document === '') return {};
  try {
    return parseTagging(parseXml(document), 10);
  } catch (error) {
    throw error instanceof XmlProblem ? malformedXml() : error;
  }
}

async function receiveFile(
  account: Account,
  { fields, readFile }: Form,
  sizes: SizeRange | undefined,
): Promise<Awaited<ReturnType<BodySink['finish']>> & { readonly digests: ObjectDigests }> {
  const max = Math.min(sizes?.max ?? maxUploadBytes, maxUploadBytes);
  const given = checksumHeaders.flatMap(([header, algorithm]) => (fields.has(header) ? [algorithm] : []));
  const digests = new ObjectDigests(new Set([...given, 'CRC64NVME' as const]));
  const sink = new BodySink(bodyFilesOf(account));
  let size = 0;
  try {
    await readFile(async (bytes) => {
      size += bytes.length;
      if (size > max) throw outOfRange('EntityTooLarge', 'exceeds the maximum allowed size', size, ['MaxSizeAllowed', max]);
      digests.update(bytes);
      await sink.write(bytes);
    });
    if (sizes !== undefined && size < sizes.min)
      throw outOfRange('EntityTooSmall', 'is smaller than the minimum allowed size', size, ['MinSizeAllowed', sizes.min]);
    return { ...(await sink.finish()), digests };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function outOfRange(code: string, how: string, size: number, limit: readonly [string, number]): S3Error {
  return new S3Error(400, code, `Your proposed upload ${how}`, [['ProposedSize', size], limit]);
}

interface Uploaded {
  readonly account: Account;
  readonly bucket: MemoryBucket;
  readonly key: string;
  readonly etag: string;
}

/** By `success_action_redirect`, if that is a URL, else by `success_action_status`: 200, 201 or 204. */
function answerTo(
  fields: ReadonlyMap<string, string>,
  { account, bucket, key, etag }: Uploaded,
  more: NonNullable<S3Answer['headers']>,
): S3Answer {
  const location = `${account.endpoint.url}/${bucket.name}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const headers = [['ETag', etag], ['x-amz-server-side-encryption', 'AES256'], ...more] as const;
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of [
      ['bucket', bucket.name],
      ['key', key],
      ['etag', etag],
    ] as const)
      url.searchParams.append(name, value);
    return { status: 303, headers: [...headers, ['Location', url.href]] };
  }
  const status = fields.get('success_action_status');
  const located = [...headers, ['Location', location]] as const;
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers: located };
  const elements = [
    ['Location', location],
    ['Bucket', bucket.name],
    ['Key', key],
    ['ETag', etag],
  ] as const;
  return { ...xmlAnswer('PostResponse', elements, located), status: 201 };
}
