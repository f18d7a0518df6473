import { StateFailure } from '../../../state/state.ts';
import { authorize, objectArn } from './access.ts';
import { checksumHeaders } from './checksums.ts';
import { childrenOf, textOf, type XmlElement } from '../../parse-xml.ts';
import type { XmlNode } from '../../print-xml.ts';
import { readDocument, required } from './read-document.ts';
import { headerOf, xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { invalidRequest, malformedXml, preconditionFailed, S3Error } from './s3-error.ts';
import { deleteKey, noSuchVersion, versionOf } from './versions.ts';

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
  const version = textOf(object, 'VersionId');
  try {
    authorize(call, {
      action: version === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
      resource: objectArn(bucket, key),
      bucket,
    });
    const etag = textOf(object, 'ETag');
    return await bucket.inTurn(key, async () => {
      if (etag !== undefined && versionOf(bucket, key, version)?.object?.etag !== etag) throw preconditionFailed('If-Match');
      const { marker } = await deleteKey(bucket, key, version);
      return [
        'Deleted',
        [
          ['Key', key],
          ['VersionId', version],
          ['DeleteMarker', marker === undefined ? undefined : true],
          ['DeleteMarkerVersionId', marker],
        ],
      ] satisfies XmlNode;
    });
  } catch (error) {
    if (error instanceof StateFailure)
      return keyError(key, 'InternalError', 'We encountered an internal error. Please try again.', version);
    if (!(error instanceof S3Error)) throw error;
    // Here, unlike in DeleteObject, an id that never was is one that is not there (LocalStack's captures of AWS, test_delete_objects).
    if (version !== undefined && error.code === 'InvalidArgument')
      return keyError(key, 'NoSuchVersion', noSuchVersion(key, version).message, version);
    return keyError(key, error.code, error.message, version);
  }
}

function keyError(key: string, code: string, message: string, version: string | undefined): XmlNode {
  return [
    'Error',
    [
      ['Key', key],
      ['VersionId', version],
      ['Code', code],
      ['Message', message],
    ],
  ];
}
