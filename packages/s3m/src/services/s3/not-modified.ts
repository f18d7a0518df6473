import type { StoredObject } from '../../capabilities/bucket.ts';

/** Whether the client has the object already (RFC 9110 sections 13.1.2 and 13.1.3: If-None-Match decides when it is there). */
export function isNotModified(
  request: { readonly ifNoneMatch?: string; readonly ifModifiedSince?: string },
  object: Pick<StoredObject, 'etag' | 'lastModified'>,
): boolean {
  if (request.ifNoneMatch !== undefined) {
    return request.ifNoneMatch
      .split(',')
      .map((tag) => tag.trim().replace(/^W\//, ''))
      .some((tag) => tag === '*' || tag === object.etag);
  }
  const since = request.ifModifiedSince === undefined ? Number.NaN : Date.parse(request.ifModifiedSince);
  // The header knows whole seconds only.
  return !Number.isNaN(since) && Math.floor(object.lastModified.getTime() / 1000) * 1000 <= since;
}
