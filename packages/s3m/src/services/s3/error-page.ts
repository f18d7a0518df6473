import { STATUS_CODES } from 'node:http';
import type { RequestIds } from './request-ids.ts';

/** What the website endpoint says went wrong: code, message and what else belongs to them, in S3's order. */
export interface WebsiteError {
  readonly status: 400 | 403 | 404 | 405;
  readonly code: string;
  readonly message: string;
  readonly details: readonly (readonly [name: string, value: string])[];
}

export function noSuchKey(key: string): WebsiteError {
  return { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.', details: [['Key', key]] };
}

export const accessDenied: WebsiteError = { status: 403, code: 'AccessDenied', message: 'Access Denied', details: [] };

/** S3W-002 */
export function methodNotAllowed(method: string): WebsiteError {
  return {
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
    details: [
      ['Method', method],
      ['ResourceType', 'OBJECT'],
    ],
  };
}

export const invalidUri: WebsiteError = { status: 400, code: 'InvalidURI', message: "Couldn't parse the specified URI.", details: [] };

/** A preflight that names no origin. */
export const noOrigin: WebsiteError = {
  status: 400,
  code: 'BadRequest',
  message: 'Insufficient information. Origin request header needed.',
  details: [],
};

export function corsNotEnabled(method: string): WebsiteError {
  return corsError(method, 'CORSResponse: CORS is not enabled for this bucket.');
}

export function corsNotAllowed(method: string): WebsiteError {
  return corsError(
    method,
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
  );
}

function corsError(method: string, message: string): WebsiteError {
  return {
    status: 403,
    code: 'AccessForbidden',
    message,
    details: [
      ['Method', method],
      ['ResourceType', 'BUCKET'],
    ],
  };
}

/**
 * The page that S3 shows, byte for byte (S3W-003).
 * @param documentError why the custom error document could not be shown either (S3W-007, S3W-009)
 */
export function errorPage(error: WebsiteError, ids: RequestIds, documentError?: WebsiteError): string {
  const title = `${error.status} ${STATUS_CODES[error.status]}`;
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<h1>${title}</h1>`,
    ...list([...described(error), ['RequestId', ids.requestId], ['HostId', ids.hostId]]),
  ];
  if (documentError !== undefined) {
    lines.push('<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>', ...list(described(documentError)));
  }
  lines.push('<hr/>', '</body>', '</html>', '');
  return lines.join('\n');
}

function described(error: WebsiteError): (readonly [string, string])[] {
  return [['Code', error.code], ['Message', error.message], ...error.details];
}

function list(items: readonly (readonly [string, string])[]): string[] {
  return ['<ul>', ...items.map(([name, value]) => `<li>${name}: ${escapeHtml(value)}</li>`), '</ul>'];
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
