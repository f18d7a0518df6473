import { StateFailure } from '../../../state/state.ts';
import { authorize, objectArn } from './access.ts';
import { checksumHeaders } from './checksums.ts';
import { childrenOf, textOf, type XmlElement } from './parse-xml.ts';
import type { XmlNode } from './print-xml.ts';
import { readDocument, required } from './read-document.ts';
import { headerOf, xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { invalidRequest, malformedXml, preconditionFailed, S3Error } from './s3-error.ts';

const mostKeys = 1000;

/** DeleteObjects: each key with an outcome of its own. */
export async function deleteObjects(call: BucketCall): Promise<S3Answer> {
  const checked = ['content-md5', ...checksumHeaders.map(([name]) => name), 'x-amz-trailer'].some(
    (name) => headerOf(call, name) !== undefined,
  );
  if (!checked) throw invalidRequest('Missing required header for this request: Content-MD5');
  const document = readDocument(call, 'Delete');
  const objects = childrenOf(document, 'Object');
  if (objects.length === 0 || objects.length > mostKeys) throw malformedXml();
  const keys = objects.map((object) => required(textOf(object, 'Key')));
  if (keys.includes(''))
    throw new S3Error(
      400,
      'UserKeyMustBeSpecified',
      'The bucket POST must contain the specified field name. If it is specified, please check the order of the fields.',
    );
  const quiet = textOf(document, 'Quiet') === 'true';
  const outcomes = await Promise.all(objects.map((object, index) => deleteOne(call, keys[index]!, object)));
  return xmlAnswer(
    'DeleteResult',
    outcomes.filter(([name]) => name === 'Error' || !quiet),
  );
}

async function deleteOne(call: BucketCall, key: string, object: XmlElement): Promise<XmlNode> {
  const { bucket } = call;
  try {
    const version = textOf(object, 'VersionId');
    if (version !== undefined && version !== 'null') throw new S3Error(400, 'NoSuchVersion', 'The specified version does not exist.');
    authorize(call, { action: 's3:DeleteObject', resource: objectArn(bucket, key), bucket });
    const etag = textOf(object, 'ETag');
    await bucket.inTurn(key, () => {
      if (etag !== undefined && bucket.get(key)?.etag !== etag) throw preconditionFailed('If-Match');
      return bucket.delete(key);
    });
    return ['Deleted', [['Key', key]]];
  } catch (error) {
    if (error instanceof StateFailure) return keyError(key, 'InternalError', 'We encountered an internal error. Please try again.');
    if (!(error instanceof S3Error)) throw error;
    return keyError(key, error.code, error.message);
  }
}

function keyError(key: string, code: string, message: string): XmlNode {
  return [
    'Error',
    [
      ['Key', key],
      ['Code', code],
      ['Message', message],
    ],
  ];
}
