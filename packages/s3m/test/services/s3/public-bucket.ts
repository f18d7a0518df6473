import type { StoredObject } from '../../../src/capabilities/bucket.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { MemoryBucket } from '../../../src/services/s3/memory-bucket.ts';
import { nothingBlocked } from '../../../src/services/s3/public-access-block.ts';

export const publicRead: Properties = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::site/*' };

/** A bucket `site` with objects and a policy of these statements; nothing blocks public access. */
export function bucketWith(objects: readonly NewObject[], statements: readonly Properties[] = [publicRead]): MemoryBucket {
  const bucket = new MemoryBucket('site', 'arn:aws:s3:::site', nothingBlocked, new VirtualClock());
  if (statements.length > 0) bucket.restoreSettings({ policy: JSON.stringify({ Statement: statements }) });
  // Nothing is kept: it is there at once.
  for (const object of objects) void bucket.put(newObject(object));
  return bucket;
}

export type NewObject = readonly [key: string, body: string, more?: Partial<StoredObject>];

export function newObject([key, body, more]: NewObject): Omit<StoredObject, 'etag' | 'lastModified'> {
  return { key, body: Buffer.from(body), contentType: 'text/html', systemMetadata: {}, userMetadata: {}, ...more };
}
