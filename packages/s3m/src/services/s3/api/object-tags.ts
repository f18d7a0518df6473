import { findObject } from './get-object.ts';
import { readDocument } from './read-document.ts';
import { noContent, xmlAnswer, type ObjectCall, type S3Answer } from './s3-call.ts';
import { parseTagging, tagElements, type TagSet } from './tag-set.ts';

/** GetObjectTagging. */
export function getObjectTagging(call: ObjectCall): S3Answer {
  return xmlAnswer('Tagging', tagElements(findObject(call).tags ?? {}));
}

/** PutObjectTagging. */
export async function putObjectTagging(call: ObjectCall): Promise<S3Answer> {
  await setTags(call, parseTagging(readDocument(call, 'Tagging'), 10));
  return { status: 200 };
}

/** DeleteObjectTagging. */
export async function deleteObjectTagging(call: ObjectCall): Promise<S3Answer> {
  await setTags(call, {});
  return noContent;
}

/** Tags change neither the object's time nor its ETag. */
async function setTags(call: ObjectCall, tags: TagSet): Promise<void> {
  const { bucket, key } = call;
  await bucket.inTurn(key, () => {
    findObject(call);
    return bucket.setTags(key, tags);
  });
}
