import type { RequestIds } from '../request-ids.ts';
import { printXml, type XmlNode } from '../../print-xml.ts';

/** What S3 refuses: status, code and text are AWS's, `details` the elements that belong to the code, in its order. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly XmlNode[];
  readonly headers: readonly (readonly [name: string, value: string])[];

  constructor(
    status: number,
    code: string,
    message: string,
    details: readonly XmlNode[] = [],
    headers: readonly (readonly [name: string, value: string])[] = [],
  ) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}

/** The body of an error, as S3 writes it (S3 API Reference, "REST error responses"). */
export function printError({ code, message, details }: Pick<S3Error, 'code' | 'message' | 'details'>, ids: RequestIds): string {
  return printXml('Error', [['Code', code], ['Message', message], ...details, ['RequestId', ids.requestId], ['HostId', ids.hostId]], {
    namespace: false,
  });
}

export function accessDenied(message = 'Access Denied', details: readonly XmlNode[] = []): S3Error {
  return new S3Error(403, 'AccessDenied', message, details);
}

/** S3W-025 */
export function noSuchBucket(name: string): S3Error {
  return new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', [['BucketName', name]]);
}

/** S3W-025 */
export function noSuchKey(key: string, headers: S3Error['headers'] = []): S3Error {
  return new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', [['Key', key]], headers);
}

export function invalidArgument(message: string, name: string, value: string | undefined): S3Error {
  return new S3Error(400, 'InvalidArgument', message, [
    ['ArgumentName', name],
    ['ArgumentValue', value],
  ]);
}

export function invalidRequest(message: string): S3Error {
  return new S3Error(400, 'InvalidRequest', message);
}

export function malformedXml(): S3Error {
  return new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
}

/** S3W-025 */
export function preconditionFailed(condition: string): S3Error {
  return new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', [
    ['Condition', condition],
  ]);
}

export function methodNotAllowed(method: string, resourceType: 'SERVICE' | 'BUCKET' | 'OBJECT'): S3Error {
  return new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', [
    ['Method', method],
    ['ResourceType', resourceType],
  ]);
}

/** Our text: what is not served here is said by its name. */
export function notServed(what: string): S3Error {
  return new S3Error(501, 'NotImplemented', `${what} is not served here`);
}

/** A header whose effect is not there, or, with `additionalMessage`, one of its values; the text is S3's. */
export function headerNotImplemented(header: string, additionalMessage?: string): S3Error {
  return new S3Error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented', [
    ['Header', header],
    ...(additionalMessage === undefined ? [] : [['additionalMessage', additionalMessage] as const]),
  ]);
}
