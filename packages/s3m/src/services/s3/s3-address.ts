import { isBucketName } from './bucket-name.ts';

/** What a request to S3 is about, as its host and path say it. */
export interface S3Address {
  readonly style: 'path' | 'virtual-host';
  /** Absent: the service itself. */
  readonly bucket?: string;
  /** Decoded; absent: the bucket itself. */
  readonly key?: string;
}

/**
 * Reads where a request goes: `/BUCKET/KEY` at the endpoint's own names, or `/KEY` at `BUCKET.s3.REGION.amazonaws.com`, `BUCKET.s3.localhost` or
 * `BUCKET.localhost`, as clients make names of an endpoint's (S3 User Guide, "Virtual hosting of general purpose buckets").
 * Undefined when the path is not encoded well.
 */
export function trySplitAddress(host: string, target: string): S3Address | undefined {
  const path = target.split('?', 1)[0]!;
  if (!path.startsWith('/')) return undefined;
  const bucket = bucketOfHost(host);
  if (bucket !== undefined) return withKey({ style: 'virtual-host', bucket }, path.slice(1));
  const slash = path.indexOf('/', 1);
  const first = decode(slash === -1 ? path.slice(1) : path.slice(1, slash));
  if (first === undefined) return undefined;
  if (first === '') return { style: 'path' };
  return withKey({ style: 'path', bucket: first }, slash === -1 ? '' : path.slice(slash + 1));
}

/** Whether an unsigned request can only be one of somebody without credentials to S3: by its host, or as a path that begins with a bucket's name. */
export function isForS3(method: string, host: string, target: string, contentType?: string): boolean {
  if (bucketOfHost(host) !== undefined) return true;
  const address = trySplitAddress(host, target);
  // `/2015-03-31/functions/...`: another service's REST API, not signed.
  if (address?.bucket === undefined || !isBucketName(address.bucket) || /^\d{4}-\d\d-\d\d$/.test(address.bucket)) return false;
  return method !== 'POST' || isForm(contentType) || /[?&](delete|uploads|uploadId)\b/.test(target);
}

/** Whether a request carries a form, as browsers upload files with. */
export function isForm(contentType: string | undefined): boolean {
  return /^multipart\/form-data\s*;/i.test(contentType ?? '');
}

/** Undefined for names that are the endpoint's own. */
function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const ofService = /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?(?!website)[a-z0-9-]+)?\.(?:amazonaws\.com|localhost)$/.exec(name);
  if (ofService !== null) return ofService[1];
  const ofLocalhost = /^(.+)\.localhost$/.exec(name)?.[1];
  return ofLocalhost !== undefined && isBucketName(ofLocalhost) && !/\.execute-api(\.|$)/.test(ofLocalhost) ? ofLocalhost : undefined;
}

function withKey(address: S3Address, rest: string): S3Address | undefined {
  if (rest === '') return address;
  const key = decode(rest);
  return key === undefined ? undefined : { ...address, key };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
