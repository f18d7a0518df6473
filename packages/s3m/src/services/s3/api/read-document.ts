import { parseXml, XmlProblem, type XmlElement } from '../../parse-xml.ts';
import type { ServiceCall } from './s3-call.ts';
import { malformedXml, S3Error } from './s3-error.ts';

/** The document in a request's body. @throws S3Error when it is none, or one of another name */
export function readDocument({ body }: ServiceCall, root: string): XmlElement {
  if (body.bytes.length === 0) throw new S3Error(400, 'MissingRequestBodyError', 'Request Body is empty');
  try {
    const document = parseXml(body.bytes.toString());
    if (document.name !== root) throw malformedXml();
    return document;
  } catch (error) {
    throw error instanceof XmlProblem ? malformedXml() : error;
  }
}

/** A text that must be there. @throws S3Error */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw malformedXml();
  return value;
}
