import { findObject } from './get-object.ts';
import { readDocument } from './read-document.ts';
import { noContent, xmlAnswer, type ObjectCall, type S3Answer } from './s3-call.ts';
import { parseTagging, tagElements, type TagSet } from './tag-set.ts';

/** GetObjectTagging. */
export function getObjectTagging(call: ObjectCall): S3Answer {
  return xmlAnswer('Tagging', tagElements(findObject(call).tags ?? {}));
}

/** PutObjectTagging. */
export function putObjectTagging(call: ObjectCall): S3Answer {
  setTags(call, parseTagging(readDocument(call, 'Tagging'), 10));
  return { status: 200 };
}

/** DeleteObjectTagging. */
export function deleteObjectTagging(call: ObjectCall): S3Answer {
  setTags(call, {});
  return noContent;
}

/** Tags change neither the object's time nor its ETag. */
function setTags(call: ObjectCall, tags: TagSet): void {
  findObject(call);
  call.bucket.setTags(call.key, tags);
}
