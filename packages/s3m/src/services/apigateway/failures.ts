/** Types of gateway response that this engine gives, in AWS's words (area R). */
export type GatewayResponseType =
  | 'ACCESS_DENIED'
  | 'API_CONFIGURATION_ERROR'
  | 'AUTHORIZER_CONFIGURATION_ERROR'
  | 'BAD_REQUEST_BODY'
  | 'BAD_REQUEST_PARAMETERS'
  | 'DEFAULT_4XX'
  | 'DEFAULT_5XX'
  | 'EXPIRED_TOKEN'
  | 'INVALID_API_KEY'
  | 'INVALID_SIGNATURE'
  | 'QUOTA_EXCEEDED'
  | 'THROTTLED'
  | 'INTEGRATION_FAILURE'
  | 'INTEGRATION_TIMEOUT'
  | 'MISSING_AUTHENTICATION_TOKEN'
  | 'REQUEST_TOO_LARGE'
  | 'UNAUTHORIZED'
  | 'UNSUPPORTED_MEDIA_TYPE';

/** An answer that the gateway itself gives instead of the integration's. */
export interface Failure {
  readonly type: GatewayResponseType;
  /** Unless a gateway response sets another. */
  readonly status: number;
  /** `x-amzn-ErrorType` */
  readonly errorType: string;
  /** `$context.error.message`; null where AWS has none (AG-382). */
  readonly message: string | null;
  /** From the integration's phase on, AWS's message string begins with a blank (AG-072, AG-073). */
  readonly blank: boolean;
  /** `Message` instead of `message` in the built-in body (AG-140). */
  readonly capital: boolean;
  /** `$context.error.validationErrorString`, where there is one (AG-404). */
  readonly validationError?: string;
  /** The answer tells the request's X-Ray id (AG-902). */
  readonly traced?: true;
}

function failure(type: GatewayResponseType, status: number, errorType: string, message: string | null): Failure {
  return { type, status, errorType, message, blank: false, capital: false };
}

function integrationFailure(
  type: GatewayResponseType,
  status: number,
  message: string,
  errorType = 'InternalServerErrorException',
): Failure {
  return { type, status, errorType, message, blank: true, capital: false };
}

// AG-902 has the bytes of the bodies, AG-361 to AG-380 types and header values.

/** AG-373 */
export const missingAuthenticationToken: Failure = failure(
  'MISSING_AUTHENTICATION_TOKEN',
  403,
  'MissingAuthenticationTokenException',
  'Missing Authentication Token',
);
/** AG-032, AG-033; its type: AG-034 */
export function incompleteSignature(message: string): Failure {
  return failure('DEFAULT_4XX', 403, 'IncompleteSignatureException', message);
}
/** AG-372 */
export function invalidSignature(message: string): Failure {
  return failure('INVALID_SIGNATURE', 403, 'InvalidSignatureException', message);
}
/** IAM-043; of which type of gateway response is not known */
export function unrecognizedClient(message: string): Failure {
  return failure('DEFAULT_4XX', 403, 'UnrecognizedClientException', message);
}
/** AG-368 */
export function expiredToken(message: string): Failure {
  return failure('EXPIRED_TOKEN', 403, 'ExpiredTokenException', message);
}
/** Unknown stage, no stage, disabled endpoint (AG-005, AG-006, AG-011). */
export const forbidden: Failure = failure('DEFAULT_4XX', 403, 'ForbiddenException', 'Forbidden');
/** AG-056 */
export const badRequest: Failure = failure('DEFAULT_4XX', 400, 'BadRequestException', 'Bad Request');
/** AG-378 */
export const unauthorized: Failure = failure('UNAUTHORIZED', 401, 'UnauthorizedException', 'Unauthorized');
/** A user pool's token; AWS's text for it is reported by many, its type by none. */
export const tokenExpired: Failure = failure('UNAUTHORIZED', 401, 'UnauthorizedException', 'The incoming token has expired');
/** AG-363 */
export const authorizerConfigurationError: Failure = failure(
  'AUTHORIZER_CONFIGURATION_ERROR',
  500,
  'AuthorizerConfigurationException',
  null,
);
/** AG-091, AG-433 */
export const methodArnTooLong: Failure = failure('DEFAULT_4XX', 414, 'RequestTooLongException', 'Request URI too long');
/** AG-361 */
export function accessDenied(message: string): Failure {
  return { ...failure('ACCESS_DENIED', 403, 'AccessDeniedException', message), capital: true };
}
/** AG-901 */
export const explicitDeny: Failure = accessDenied(
  'User is not authorized to access this resource with an explicit deny in an identity-based policy',
);
/** AG-901 */
export const implicitDeny: Failure = accessDenied(
  'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
);
/** AG-371, AG-413 */
export const invalidApiKey: Failure = failure('INVALID_API_KEY', 403, 'ForbiddenException', 'Forbidden');
/** AG-377, AG-420; without Retry-After (AG-422) */
export const throttled: Failure = failure('THROTTLED', 429, 'TooManyRequestsException', 'Too Many Requests');
/** AG-374, AG-421 */
export const quotaExceeded: Failure = failure('QUOTA_EXCEEDED', 429, 'LimitExceededException', 'Limit Exceeded');
/** AG-379 */
export const unsupportedMediaType: Failure = integrationFailure(
  'UNSUPPORTED_MEDIA_TYPE',
  415,
  'Unsupported Media Type',
  'BadRequestException',
);
/** AG-365, AG-404; the body's bytes: AG-902 */
export function badRequestBody(validationError: string): Failure {
  return { ...integrationFailure('BAD_REQUEST_BODY', 400, 'Invalid request body', 'BadRequestException'), validationError, traced: true };
}
/** AG-366, AG-399 */
export function missingParameters(names: readonly string[]): Failure {
  const message = `Missing required request parameters: [${names.join(', ')}]`;
  return { ...integrationFailure('BAD_REQUEST_PARAMETERS', 400, message, 'BadRequestException'), traced: true };
}
/** AG-333, AG-360, AG-367 */
export function invalidJsonBody(message: string): Failure {
  return integrationFailure('DEFAULT_4XX', 400, message, 'BadRequestException');
}
/** AG-193, AG-230, AG-319: what AWS logs as a configuration error. */
export const configurationError: Failure = integrationFailure('API_CONFIGURATION_ERROR', 500, 'Internal server error');
/** AG-257, AG-904 */
export const networkError: Failure = integrationFailure('INTEGRATION_FAILURE', 504, 'Network error communicating with endpoint');
/** AG-260, AG-261 */
export const malformedAnswer: Failure = integrationFailure('INTEGRATION_FAILURE', 502, 'Internal server error');
export const answerTooLarge: Failure = integrationFailure('INTEGRATION_FAILURE', 500, 'Internal server error');
/** AG-286, AG-297: a function failed, or its result is malformed. */
export const functionFailed: Failure = integrationFailure('INTEGRATION_FAILURE', 502, 'Internal server error');
/** AG-302: larger than Lambda takes. */
export const requestTooLong: Failure = integrationFailure('REQUEST_TOO_LARGE', 413, 'Request Too Long', 'BadRequestException');
/** AG-254 */
export const integrationTimeout: Failure = integrationFailure('INTEGRATION_TIMEOUT', 504, 'Endpoint request timed out');
/** What this engine itself got wrong. */
export const engineFailure: Failure = integrationFailure('DEFAULT_5XX', 500, 'Internal server error');

/** `$context.error.messageString`: in quotes, or `null` (AG-382); after the integration's phase began with a blank before it (AG-073). */
export function messageString({ message, blank }: Failure): string {
  const text = message === null ? 'null' : JSON.stringify(message);
  return blank ? ` ${text}` : text;
}

/** A step's decision not to go on. */
export class Refused {
  readonly failure: Failure;
  /** For the developer: what, where, what would mend it. */
  readonly why: string;

  constructor(failure: Failure, why: string) {
    this.failure = failure;
    this.why = why;
  }
}

/** A refusal from deep within a step, as an exception; the pipeline answers with it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.why);
    this.refused = refused;
  }
}
