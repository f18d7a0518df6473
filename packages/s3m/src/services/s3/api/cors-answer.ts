import type { IncomingHttpHeaders } from 'node:http';
import { corsHeaders } from '../cors-rules.ts';
import { corsNotAllowed, corsNotEnabled, noOrigin, type WebsiteError } from '../error-page.ts';
import type { MemoryBucket } from '../memory-bucket.ts';
import type { S3Answer } from './s3-call.ts';
import { S3Error } from './s3-error.ts';

/** A preflight: nobody needs credentials for it (recordings s3-cors-*). @throws S3Error */
export function answerPreflight(bucket: MemoryBucket | undefined, headers: IncomingHttpHeaders): S3Answer {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': requested = '' } = headers;
  if (origin === undefined) throw toS3Error(noOrigin);
  if (bucket === undefined) throw toS3Error({ ...corsNotEnabled(method ?? 'OPTIONS'), message: 'CORSResponse: Bucket not found' });
  if (bucket.corsRules.length === 0) throw toS3Error(corsNotEnabled(method ?? 'OPTIONS'));
  const requestedHeaders = requested
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const allowed = method === undefined ? undefined : corsHeaders(bucket.corsRules, { origin, method, requestedHeaders });
  if (allowed === undefined) throw toS3Error(corsNotAllowed(method ?? 'OPTIONS'));
  return { status: 200, headers: allowed };
}

/** What every other answer to a page of another origin has besides. */
export function corsResponseHeaders(
  bucket: MemoryBucket | undefined,
  method: string,
  origin: string | undefined,
): readonly (readonly [name: string, value: string])[] {
  if (bucket === undefined || origin === undefined) return [];
  return corsHeaders(bucket.corsRules, { origin, method, requestedHeaders: [] }) ?? [];
}

function toS3Error({ status, code, message, details }: WebsiteError): S3Error {
  return new S3Error(status, code, message, details);
}
