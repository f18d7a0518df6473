import type { ObjectBody, StoredObject } from '../../capabilities/bucket.ts';
import { allowsAnonymous } from './anonymous-access.ts';
import { corsHeaders } from './cors-rules.ts';
import {
  accessDenied,
  corsNotAllowed,
  corsNotEnabled,
  errorPage,
  invalidUri,
  methodNotAllowed,
  noOrigin,
  noSuchKey,
  type WebsiteError,
} from './error-page.ts';
import { websiteKeys } from './condition-keys.ts';
import type { MemoryBucket } from './memory-bucket.ts';
import { isNotModified } from './not-modified.ts';
import type { RequestIds } from './request-ids.ts';
import { encodeKey, findRoutingRule, redirectLocation, type RoutingRule } from './routing-rules.ts';
import type { WebsiteConfiguration } from './website-configuration.ts';

export interface WebsiteRequest {
  readonly method: string;
  /** As received, with the query. */
  readonly target: string;
  /** As the client names this host: where redirects lead. */
  readonly host: string;
  readonly referer?: string;
  readonly userAgent?: string;
  /** Milliseconds since the epoch. */
  readonly now?: number;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly origin?: string;
  /** `Access-Control-Request-Method` */
  readonly requestedMethod?: string;
  /** `Access-Control-Request-Headers` */
  readonly requestedHeaders?: string;
}

/** An answer of the website endpoint. For HEAD the body is left out by the server, its length kept. */
export interface WebsiteAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: ObjectBody;
}

/** What the website endpoint of `bucket` answers. */
export function answerWebsite(
  bucket: MemoryBucket,
  configuration: WebsiteConfiguration,
  request: WebsiteRequest,
  ids: RequestIds,
): WebsiteAnswer {
  if (request.method === 'OPTIONS') return answerPreflight(bucket, request, ids);
  const answer = answerRead(bucket, configuration, request, ids);
  const { origin, method } = request;
  const allowed = origin === undefined ? undefined : corsHeaders(bucket.corsRules, { origin, method, requestedHeaders: [] });
  return allowed === undefined ? answer : { ...answer, headers: [...answer.headers, ...allowed] };
}

/** As recorded at the REST endpoint (s3-cors-*); that the website endpoint says the same, errors as HTML, is inferred. */
function answerPreflight({ corsRules }: MemoryBucket, request: WebsiteRequest, ids: RequestIds): WebsiteAnswer {
  const { origin, requestedMethod: method } = request;
  if (origin === undefined) return errorAnswer(noOrigin, ids);
  if (corsRules.length === 0) return errorAnswer(corsNotEnabled(method ?? 'OPTIONS'), ids);
  const requestedHeaders = (request.requestedHeaders ?? '').split(',').map((name) => name.trim().toLowerCase());
  const allowed =
    method === undefined
      ? undefined
      : corsHeaders(corsRules, { origin, method, requestedHeaders: requestedHeaders.filter((name) => name !== '') });
  if (allowed === undefined) return errorAnswer(corsNotAllowed(method ?? 'OPTIONS'), ids);
  return { status: 200, headers: [...commonHeaders(ids), ...allowed] };
}

function answerRead(bucket: MemoryBucket, configuration: WebsiteConfiguration, request: WebsiteRequest, ids: RequestIds): WebsiteAnswer {
  if (request.method !== 'GET' && request.method !== 'HEAD') return errorAnswer(methodNotAllowed(request.method), ids); // S3W-002
  const path = decodePath(request.target);
  if (path === undefined) return errorAnswer(invalidUri, ids);
  const { routingRules = [] } = configuration;
  const wanted = path.slice(1);
  // S3W-015
  const first = findRoutingRule(routingRules, wanted, undefined);
  if (first !== undefined) return redirectAnswer(first, wanted, request, ids);
  const key = wanted === '' || wanted.endsWith('/') ? wanted + configuration.indexSuffix : wanted; // S3W-004
  const found = readObject(bucket, key, request);
  if ('object' in found) return objectAnswer(found.object, 200, request, ids);
  const folder = readObject(bucket, `${key}/${configuration.indexSuffix}`, request);
  if (key === wanted && found.error.status === 404 && 'object' in folder) {
    return { status: 302, headers: [...commonHeaders(ids), ['Location', `/${encodeKey(key)}/`]] }; // S3W-005
  }
  const second = findRoutingRule(routingRules, wanted, found.error.status);
  if (second !== undefined) return redirectAnswer(second, wanted, request, ids);
  return customError(bucket, configuration, found.error, request, ids);
}

function redirectAnswer(rule: RoutingRule, key: string, { host }: WebsiteRequest, ids: RequestIds): WebsiteAnswer {
  return { status: rule.redirect.status, headers: [...commonHeaders(ids), ['Location', redirectLocation(rule, key, host)]] };
}

type Found = { readonly object: StoredObject } | { readonly error: WebsiteError };

/** Missing and readable if it were there: 404; there but not readable, or nothing to be known: 403 (S3W-009, S3W-010). */
function readObject(bucket: MemoryBucket, key: string, request: WebsiteRequest): Found {
  const object = bucket.get(key);
  const keys = websiteKeys({ now: 0, ...request }, object);
  if (!allowsAnonymous(bucket, 's3:GetObject', `${bucket.arn}/${key}`, keys)) {
    const mayKnow = object === undefined && allowsAnonymous(bucket, 's3:ListBucket', bucket.arn, keys);
    return { error: mayKnow ? noSuchKey(key) : accessDenied };
  }
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
  const document = readObject(bucket, errorKey, request);
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

/** `cache-control` -> `Cache-Control` */
function canonicalName(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

/** A key may hold what no header may. */
function headerText(text: string): string {
  return /^[\u0020-\u007E]*$/.test(text) ? text : encodeURIComponent(text);
}
