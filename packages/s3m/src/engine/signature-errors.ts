import { randomUUID } from 'node:crypto';
import { escapeXml, queryError } from '../services/query-protocol.ts';
import type { SignatureProblem, SignatureProblemCode } from '../signature/signature-problem.ts';

/** How a service's clients read errors. */
export type AwsProtocol = 'json' | 'rest-json' | 'query' | 'rest-xml';

const protocols: Readonly<Record<string, AwsProtocol>> = {
  lambda: 'rest-json',
  apigateway: 'rest-json',
  sts: 'query',
  iam: 'query',
  cloudformation: 'query',
  sns: 'query',
  ec2: 'query',
  autoscaling: 'query',
  elasticloadbalancing: 'query',
  rds: 'query',
  elasticache: 'query',
  redshift: 'query',
  elasticbeanstalk: 'query',
  s3: 'rest-xml',
  's3-object-lambda': 'rest-xml',
  s3express: 'rest-xml',
  cloudfront: 'rest-xml',
  route53: 'rest-xml',
};

/** Those that sign with another name or speak otherwise stand in the table; all others speak JSON with a target header. */
export function protocolOf(service: string): AwsProtocol {
  return protocols[service] ?? 'json';
}

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** IAM-043; statuses: AWS IAM User Guide and STS API Reference, "Common Error Types"; S3 API Reference, "Error responses". */
const queryErrors: Readonly<Record<SignatureProblemCode, readonly [status: number, code: string, message?: string]>> = {
  MissingAuthenticationToken: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  IncompleteSignature: [400, 'IncompleteSignature'],
  InvalidSignature: [403, 'SignatureDoesNotMatch'],
  UnrecognizedClient: [403, 'InvalidClientTokenId'],
  ExpiredToken: [403, 'ExpiredToken'],
};

const s3Errors: Readonly<Record<SignatureProblemCode, readonly [status: number, code: string, message?: string]>> = {
  MissingAuthenticationToken: [403, 'AccessDenied', 'Access Denied'],
  IncompleteSignature: [400, 'AuthorizationHeaderMalformed'],
  InvalidSignature: [403, 'SignatureDoesNotMatch'],
  UnrecognizedClient: [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  ExpiredToken: [400, 'ExpiredToken', 'The provided token has expired.'],
};

/** What is not served here, in the form that clients of `service` read; for which there is no such service, as JSON. */
export function unsupportedError(service: string | undefined, code: string, message: string): ErrorAnswer {
  const protocol = service === undefined ? 'json' : protocolOf(service);
  const requestId = randomUUID();
  if (protocol === 'query' && service !== undefined)
    return { status: 501, headers: { 'Content-Type': 'text/xml' }, body: queryError(service, code, message, requestId) };
  if (protocol === 'rest-xml') {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
    return { status: 501, headers: { 'Content-Type': 'application/xml' }, body };
  }
  const headers = { 'Content-Type': 'application/json', 'x-amzn-ErrorType': code };
  return { status: 501, headers, body: JSON.stringify({ __type: code, message }) };
}

/** What a client hears whose call is not rightly signed, in the form that it reads (DDB-002, IAM-043). */
export function signatureError(service: string, { code, message }: Pick<SignatureProblem, 'code' | 'message'>): ErrorAnswer {
  const requestId = randomUUID();
  const text = code === 'MissingAuthenticationToken' ? 'Request is missing Authentication Token' : message;
  switch (protocolOf(service)) {
    case 'json': {
      const prefix = service === 'dynamodb' ? 'com.amazon.coral.service#' : '';
      const body = JSON.stringify({ __type: `${prefix}${code}Exception`, message: text });
      return { status: 400, headers: { 'Content-Type': `application/x-amz-json-${service === 'dynamodb' ? '1.0' : '1.1'}` }, body };
    }
    case 'rest-json':
      return {
        status: 403,
        headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': `${code}Exception` },
        body: JSON.stringify({ message: code === 'MissingAuthenticationToken' ? 'Missing Authentication Token' : text }),
      };
    case 'query': {
      const [status, name, own] = queryErrors[code];
      return { status, headers: { 'Content-Type': 'text/xml' }, body: queryError(service, name, own ?? text, requestId) };
    }
    case 'rest-xml': {
      const [status, name, own] = s3Errors[code];
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${name}</Code><Message>${escapeXml(own ?? text)}</Message><RequestId>${requestId}</RequestId></Error>`;
      return { status, headers: { 'Content-Type': 'application/xml' }, body };
    }
  }
}
