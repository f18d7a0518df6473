import { isFieldValue, isToken } from '../../../http/byte-classes.ts';
import type { EdgeEvent, EventRequest, EventResponse, EventValue } from './edge-event.ts';

/** What a function has given back; `problem` says why it is none. */
export type FunctionResult =
  | { readonly kind: 'request'; readonly request: EventRequest }
  | { readonly kind: 'response'; readonly response: EventResponse }
  | { readonly kind: 'invalid'; readonly problem: string };

/** A function may not add them (CloudFront Developer Guide, "Restrictions on edge functions"; S3W-054). */
const disallowed =
  /^(connection|expect|keep-alive|proxy-(authenticate|authorization|connection)|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;
const readOnly = {
  'viewer-request': ['content-length', 'host', 'transfer-encoding', 'via'],
  'viewer-response': ['warning', 'via'],
} as const;

/** Looks at what a function has returned. `returned` is JSON's. */
export function checkResult(event: EdgeEvent, returned: unknown): FunctionResult {
  const invalid = (problem: string): FunctionResult => ({ kind: 'invalid', problem });
  if (!isObject(returned)) return invalid('the return value is not an object');
  const { eventType } = event.context;
  const isResponse = eventType === 'viewer-response' || 'statusCode' in returned;
  const given = isResponse ? (event.response?.headers ?? {}) : event.request.headers;
  const headers = returned['headers'] ?? {};
  const cookies = returned['cookies'] ?? {};
  if (!areValues(headers)) return invalid('headers must be an object of objects with a value');
  if (!areValues(cookies)) return invalid('cookies must be an object of objects with a value');
  for (const [name, { value, multiValue = [] }] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    // What would end a line or a message here never goes out.
    if (!isToken(name)) return invalid('the name of a header has characters that are not allowed');
    if (![value, ...multiValue.map((own) => own.value)].every(isFieldValue))
      return invalid(`the value of the header ${name} has characters that are not allowed`);
    if (name !== lower) return invalid(`the name of the header ${name} must be in lower case`);
    const before = (given as Record<string, { readonly value: string } | undefined>)[lower];
    if (disallowed.test(lower) && before === undefined) return invalid(`the header ${name} is not allowed`);
    if ((readOnly[eventType] as readonly string[]).includes(lower) && before?.value !== value)
      return invalid(`the header ${name} is read-only`);
  }
  if (isResponse) {
    const status = Number(returned['statusCode']);
    // After 1xx a client waits for another answer (RFC 9110 section 15.2).
    if (!Number.isInteger(status) || status < 200 || status > 599) return invalid('statusCode must be a number from 200 to 599');
    if (!isBody(returned['body'])) return invalid('body must be a text, or an object with data and the encoding text or base64');
    const badCookie = Object.entries(cookies).find(([name, cookie]) => !areCookies(name, cookie));
    if (badCookie !== undefined) return invalid(`the cookie ${JSON.stringify(badCookie[0])} has characters that are not allowed`);
    return { kind: 'response', response: { ...(returned as unknown as EventResponse), statusCode: status, headers, cookies } };
  }
  const { uri, querystring = {} } = returned;
  // S3W-053
  if (typeof uri !== 'string' || !uri.startsWith('/')) return invalid('uri must begin with a slash');
  if (/[?#]/.test(uri)) return invalid('uri must not have a query string');
  if (!areValues(querystring)) return invalid('querystring must be an object of objects with a value');
  return { kind: 'request', request: { method: event.request.method, uri, querystring, headers, cookies } };
}

function isBody(body: unknown): boolean {
  if (body === undefined || typeof body === 'string') return true;
  return (
    isObject(body) && typeof body['data'] === 'string' && ['text', 'base64', undefined].includes(body['encoding'] as string | undefined)
  );
}

function areCookies(name: string, { value, attributes, multiValue }: EventValue): boolean {
  return [{ value, attributes }, ...(multiValue ?? [])].every(
    (own) => isFieldValue(`${name}=${own.value}`) && isAttributes(own.attributes),
  );
}

function isAttributes(attributes: unknown): boolean {
  return attributes === undefined || (typeof attributes === 'string' && isFieldValue(attributes));
}

function areValues(value: unknown): value is Record<string, EventValue> {
  return isObject(value) && Object.values(value).every((own) => isValue(own) && areItems(own['multiValue']));
}

function areItems(items: unknown): boolean {
  return items === undefined || (Array.isArray(items) && items.every(isValue));
}

function isValue(own: unknown): own is Readonly<Record<string, unknown>> {
  return isObject(own) && typeof own['value'] === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
