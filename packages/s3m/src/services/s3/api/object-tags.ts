import { findObject } from './get-object.ts';
import { readDocument } from './read-document.ts';
import { noContent, xmlAnswer, type ObjectCall, type S3Answer } from './s3-call.ts';
import { parseTagging, tagElements, type TagSet } from './tag-set.ts';
import { versionHeaders } from './versions.ts';

/** GetObjectTagging. */
export function getObjectTagging(call: ObjectCall): S3Answer {
  const object = findObject(call);
  return xmlAnswer('Tagging', tagElements(object.tags ?? {}), versionHeaders(call.bucket, object));
}

/** PutObjectTagging. */
export async function putObjectTagging(call: ObjectCall): Promise<S3Answer> {
  return { status: 200, headers: await setTags(call, parseTagging(readDocument(call, 'Tagging'), 10)) };
}

/** DeleteObjectTagging. */
export async function deleteObjectTagging(call: ObjectCall): Promise<S3Answer> {
  return { ...noContent, headers: await setTags(call, {}) };
}

/** Tags change neither the object's time nor its ETag. Answers what names its version. */
function setTags(call: ObjectCall, tags: TagSet): Promise<[name: string, value: string][]> {
  const { bucket, key } = call;
  return bucket.inTurn(key, async () => {
    const object = findObject(call);
    await bucket.setTags(object, tags);
    return versionHeaders(bucket, object);
  });
}
