/** What API Gateway sends to a TOKEN authorizer. */
export interface AuthorizerEvent {
  readonly type: string;
  /** The header's value: `Bearer ...`. */
  readonly authorizationToken?: string;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH` */
  readonly methodArn: string;
}

/** The stage that a request came in on, and its API. */
export interface StageArn {
  /** `arn:aws:execute-api:REGION:ACCOUNT:API` */
  readonly api: string;
  readonly stage: string;
}

/** AG-008 gives the alphabet of a stage; `$default` never occurs on a REST API. */
const methodArn = /^(arn:[a-z-]+:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+)\/([A-Za-z0-9_-]{1,128})\//;

/**
 * The stage of a method's ARN. Method and path are left alone: a policy that names them would be wrong for the next request
 * that it is cached for (AG-112), and may hold what the caller wrote (T9).
 */
export function parseStageArn(arn: string): StageArn {
  const [, api, stage] = methodArn.exec(arn) ?? [];
  if (api === undefined || stage === undefined)
    throw new Error('The event has no methodArn of an API: expected arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH');
  return { api, stage };
}
