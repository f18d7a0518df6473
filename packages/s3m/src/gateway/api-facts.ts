/** What a request can know of the API that it came to. */
export interface ApiFacts {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** `ID.execute-api.us-east-1.amazonaws.com` */
  readonly host: string;
  readonly clock: { now(): number; monotonic(): number };
  readonly random: () => number;
}
