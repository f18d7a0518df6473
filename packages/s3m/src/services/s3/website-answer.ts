import type { StoredObject } from '../../capabilities/bucket.ts';
import { allowsAnonymous } from './anonymous-access.ts';
import { accessDenied, errorPage, methodNotAllowed, noSuchKey, type WebsiteError } from './error-page.ts';
import type { MemoryBucket } from './memory-bucket.ts';
import { isNotModified } from './not-modified.ts';
import type { RequestIds } from './request-ids.ts';
import type { WebsiteConfiguration } from './website-configuration.ts';

export interface WebsiteRequest {
  readonly method: string;
  /** As received, with the query. */
  readonly target: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
}

/** An answer of the website endpoint. For HEAD the body is left out by the server, its length kept. */
export interface WebsiteAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
}

/** What the website endpoint of `bucket` answers. */
export function answerWebsite(
  bucket: MemoryBucket,
  configuration: WebsiteConfiguration,
  request: WebsiteRequest,
  ids: RequestIds,
): WebsiteAnswer {
  if (request.method === 'OPTIONS') return errorAnswer(corsNotEnabled, ids);
  if (request.method !== 'GET' && request.method !== 'HEAD') return errorAnswer(methodNotAllowed(request.method), ids); // S3W-002
  const path = decodePath(request.target);
  if (path === undefined) return errorAnswer(invalidUri, ids);
  const wanted = path.slice(1);
  const key = wanted === '' || wanted.endsWith('/') ? wanted + configuration.indexSuffix : wanted; // S3W-004
  const found = readObject(bucket, key);
  if ('object' in found) return objectAnswer(found.object, 200, request, ids);
  const folder = readObject(bucket, `${key}/${configuration.indexSuffix}`);
  if (key === wanted && found.error.status === 404 && 'object' in folder) {
    return { status: 302, headers: [...commonHeaders(ids), ['Location', `/${encodeKey(key)}/`]] }; // S3W-005
  }
  return customError(bucket, configuration, found.error, request, ids);
}

type Found = { readonly object: StoredObject } | { readonly error: WebsiteError };

/** Missing and readable if it were there: 404; there but not readable, or nothing to be known: 403 (S3W-009, S3W-010). */
function readObject(bucket: MemoryBucket, key: string): Found {
  if (!allowsAnonymous(bucket, 's3:GetObject', `${bucket.arn}/${key}`)) {
    const mayKnow = bucket.get(key) === undefined && allowsAnonymous(bucket, 's3:ListBucket', bucket.arn);
    return { error: mayKnow ? noSuchKey(key) : accessDenied };
  }
  const object = bucket.get(key);
  return object === undefined ? { error: noSuchKey(key) } : { object };
}

/** The error document with the status of the error (S3W-006), or S3's own page. */
function customError(
  bucket: MemoryBucket,
  { errorKey }: WebsiteConfiguration,
  error: WebsiteError,
  request: WebsiteRequest,
  ids: RequestIds,
): WebsiteAnswer {
  if (errorKey === undefined) return errorAnswer(error, ids);
  const document = readObject(bucket, errorKey);
  return 'object' in document ? objectAnswer(document.object, error.status, request, ids) : errorAnswer(error, ids, document.error);
}

function objectAnswer(object: StoredObject, status: number, request: WebsiteRequest, ids: RequestIds): WebsiteAnswer {
  const { 'x-amz-website-redirect-location': redirect, ...system } = object.systemMetadata;
  if (redirect !== undefined) return { status: 301, headers: [...commonHeaders(ids), ['Location', redirect]] }; // S3W-013
  const validators = [
    ['Last-Modified', object.lastModified.toUTCString()],
    ['ETag', object.etag],
  ] as const;
  // S3W-018
  if (status === 200 && isNotModified(request, object)) return { status: 304, headers: [...commonHeaders(ids), ...validators] };
  return {
    status,
    headers: [
      ...commonHeaders(ids),
      ...validators,
      ...Object.entries(object.userMetadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const),
      ...Object.entries(system).map(([name, value]) => [canonicalName(name), value] as const),
      ['Content-Type', object.contentType],
    ],
    body: object.body,
  };
}

function errorAnswer(error: WebsiteError, ids: RequestIds, documentError?: WebsiteError): WebsiteAnswer {
  return {
    status: error.status,
    headers: [
      ['x-amz-error-code', error.code],
      ['x-amz-error-message', error.message],
      ...error.details.map(([name, value]) => [`x-amz-error-detail-${name}`, headerText(value)] as const),
      ...commonHeaders(ids),
      ['Content-Type', 'text/html; charset=utf-8'],
    ],
    body: Buffer.from(errorPage(error, ids, documentError)),
  };
}

function commonHeaders(ids: RequestIds): readonly (readonly [string, string])[] {
  return [
    ['x-amz-request-id', ids.requestId],
    ['x-amz-id-2', ids.hostId],
    ['Server', 'AmazonS3'],
  ];
}

const invalidUri: WebsiteError = { status: 400, code: 'InvalidURI', message: "Couldn't parse the specified URI.", details: [] };

/** Recorded at the REST endpoint (s3-cors-no-config); that the website endpoint says the same as HTML is inferred. */
const corsNotEnabled: WebsiteError = {
  status: 403,
  code: 'AccessForbidden',
  message: 'CORSResponse: CORS is not enabled for this bucket.',
  details: [
    ['Method', 'OPTIONS'],
    ['ResourceType', 'BUCKET'],
  ],
};

/** The path without its query, percent-decoded; undefined when that is not possible. */
function decodePath(target: string): string | undefined {
  const path = target.split('?', 1)[0]!;
  if (!path.startsWith('/')) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

/** `cache-control` -> `Cache-Control` */
function canonicalName(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

/** A key may hold what no header may. */
function headerText(text: string): string {
  return /^[\u0020-\u007E]*$/.test(text) ? text : encodeURIComponent(text);
}
