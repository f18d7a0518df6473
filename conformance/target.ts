import type { Json, PutObject } from './conformance-case.ts';

/** Where cases run: S3M on this machine, or AWS. */
export interface Target extends AsyncDisposable {
  readonly name: 'local' | 'aws';
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** Values for parameters that a template leaves open: `BackendUrl`, `DomainName`, `CertificateArn`. */
  readonly supplies: Readonly<Record<string, string>>;
  /** @throws StackFailure when the template is refused or a resource fails */
  deploy(request: StackRequest): Promise<RunningStack>;
}

export interface StackRequest {
  /** The case's id. */
  readonly name: string;
  readonly template: Readonly<Record<string, Json>>;
  readonly parameters: Readonly<Record<string, string>>;
  /** Resource types that may do nothing: only the template itself is looked at. */
  readonly passive: readonly string[];
}

export interface RunningStack extends AsyncDisposable {
  /** As AWS prints them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** As they answer: with addresses that can be called from here. */
  readonly reachable: Readonly<Record<string, string>>;
  putObject(object: PutObject): Promise<void>;
  /** The endpoint of an AWS service, and how a request to it is signed. */
  service(name: string): AwsService;
}

export interface AwsService {
  readonly url: string;
  sign(method: string, url: URL, body: string): Readonly<Record<string, string>>;
}

/** Why a stack did not come up. */
export class StackFailure extends Error {
  /** What went wrong, each with CloudFormation's code where there is one. */
  readonly reasons: readonly { readonly code?: string; readonly message: string }[];
  /** Status of the refusal; undefined where it did not come over HTTP. */
  readonly status: number | undefined;

  constructor(reasons: StackFailure['reasons'], status: number | undefined, options?: ErrorOptions) {
    super(reasons.map(({ message }) => message).join('\n'), options);
    this.reasons = reasons;
    this.status = status;
  }
}
