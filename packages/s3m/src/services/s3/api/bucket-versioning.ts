import { textOf } from '../../parse-xml.ts';
import { readDocument } from './read-document.ts';
import { xmlAnswer, type BucketCall, type S3Answer } from './s3-call.ts';
import { malformedXml, notServed, S3Error } from './s3-error.ts';

/** GetBucketVersioning: nothing until versions are kept for the first time. */
export function getBucketVersioning({ bucket }: BucketCall): S3Answer {
  return xmlAnswer('VersioningConfiguration', [['Status', bucket.settings.versioning]]);
}

/** PutBucketVersioning: what has been kept stays when it is suspended. */
export async function putBucketVersioning(call: BucketCall): Promise<S3Answer> {
  const document = readDocument(call, 'VersioningConfiguration');
  if (textOf(document, 'MfaDelete') === 'Enabled') throw notServed('MfaDelete of PutBucketVersioning');
  const status = textOf(document, 'Status');
  if (status === undefined) throw new S3Error(400, 'IllegalVersioningConfigurationException', 'The Versioning element must be specified');
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  await call.bucket.configure({ versioning: status });
  return { status: 200 };
}
