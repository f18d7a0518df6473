/** One call of an AWS service's API. */
export interface AwsApiRequest {
  /** `GetItem` */
  readonly action: string;
  readonly body: Buffer;
  /** ARN of the role as which it is called. */
  readonly role: string;
  /** Name of the role's session, which is the caller's choice (IAM-008). */
  readonly sessionName: string;
}

/** What the service answered, refusals of its own included. */
export interface AwsApiAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** An AWS service's API, for a service that calls another. */
export interface AwsApi {
  /** Never rejects for what was asked. */
  call(request: AwsApiRequest): Promise<AwsApiAnswer>;
}
