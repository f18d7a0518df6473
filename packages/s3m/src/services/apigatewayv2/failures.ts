import type { HttpAnswer } from '../../http/exchange.ts';
import type { HeaderLines } from '../../http/message.ts';

/** An answer that the API itself gives instead of an integration's (AG-551). */
export interface Failure {
  /** For the trace; AWS has no types here. */
  readonly type: string;
  readonly status: number;
  readonly message: string;
}

/** AG-056 has it for REST APIs. */
export const badRequest: Failure = { type: 'BAD_REQUEST', status: 400, message: 'Bad Request' };
/** AG-564, AG-571 */
export const unauthorized: Failure = { type: 'UNAUTHORIZED', status: 401, message: 'Unauthorized' };
/** AG-565, AG-571 */
export const forbidden: Failure = { type: 'FORBIDDEN', status: 403, message: 'Forbidden' };
/** AG-549, AG-550, AG-552 */
export const notFound: Failure = { type: 'NOT_FOUND', status: 404, message: 'Not Found' };
/** AG-557 */
export const entityTooLarge: Failure = { type: 'REQUEST_ENTITY_TOO_LARGE', status: 413, message: 'Request Entity Too Large' };
/** AG-556 */
export const tooManyRequests: Failure = { type: 'TOO_MANY_REQUESTS', status: 429, message: 'Too Many Requests' };
/** AG-558: neither status nor body is recorded. */
export const headersTooLarge: Failure = {
  type: 'REQUEST_HEADER_FIELDS_TOO_LARGE',
  status: 431,
  message: 'Request Header Fields Too Large',
};
/** AG-554, AG-572 */
export const internalServerError: Failure = { type: 'INTERNAL_SERVER_ERROR', status: 500, message: 'Internal Server Error' };
/** AG-553, AG-555 */
export const serviceUnavailable: Failure = { type: 'SERVICE_UNAVAILABLE', status: 503, message: 'Service Unavailable' };

/** A decision not to go on. */
export class Refused {
  readonly failure: Failure;
  /** For the developer: what, where, what would mend it. */
  readonly why: string;
  /** Besides `Content-Type` and `apigw-requestid`. */
  readonly headers: HeaderLines;

  constructor(failure: Failure, why: string, headers: HeaderLines = []) {
    this.failure = failure;
    this.why = why;
    this.headers = headers;
  }
}

/** What a step that answers comes to. */
export type Outcome = HttpAnswer | Refused;
