/** One call of an AWS service's API. */
export interface AwsApiRequest {
  /** `GetItem` */
  readonly action: string;
  readonly body: Buffer;
  /** ARN of who calls. IAM is not enforced yet, so that nothing depends on it. */
  readonly principal: string;
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
