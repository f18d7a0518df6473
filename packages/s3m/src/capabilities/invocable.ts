import type { CredentialsOwner } from './credentials.ts';

/** Who invokes a function. */
export interface Invoker {
  /** A service principal (`apigateway.amazonaws.com`), the ARN of a role as which a gateway calls, or a caller's ARN. */
  readonly principal: string;
  /** Who signed the call: its own policies are asked too. */
  readonly caller?: CredentialsOwner;
  /** What the call was signed with. */
  readonly accessKeyId?: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

/** How an invocation ended (LMB-035 to LMB-043). */
export type InvokeResult =
  | {
      readonly kind: 'success';
      readonly payload: string;
      readonly requestId: string;
      readonly durationMs: number;
      /** What ran: a number or `$LATEST`. */
      readonly executedVersion?: string;
      readonly logs: readonly string[];
      /** What its role was denied meanwhile, and what it lacks: for people, no part of the log. */
      readonly denials?: readonly string[];
    }
  /** `X-Amz-Function-Error: Unhandled`; `payload` is the error object as JSON text. */
  | {
      readonly kind: 'function-error';
      readonly payload: string;
      readonly errorType: string;
      readonly errorMessage: string;
      readonly requestId: string;
      readonly durationMs: number;
      /** What ran: a number or `$LATEST`. */
      readonly executedVersion?: string;
      readonly logs: readonly string[];
      /** What its role was denied meanwhile, and what it lacks: for people, no part of the log. */
      readonly denials?: readonly string[];
    }
  /** The Lambda service refused the call: permission (403), no such function (404), throttled (429). */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string };

/** One invocation. */
export interface InvokeRequest {
  /** JSON text. */
  readonly event: string;
  /** Whether it is known to be JSON, so that it need not be parsed to see it (LMB-039). False by default. */
  readonly isJson?: boolean;
  readonly invoker: Invoker;
  /** As in `arn:...:function:NAME:QUALIFIER`. */
  readonly qualifier?: string;
  /** Of the caller's trace, `Root=1-...`; a new one by default. */
  readonly traceId?: string;
  /** Type `Event`: the function gets the event later, and the answer is a success without a payload (LMB-035, LMB-042). False by default. */
  readonly later?: boolean;
}

/** Something that can be invoked: a Lambda function. */
export interface Invocable {
  readonly arn: string;
  readonly name: string;
  /** What `invoke` would be refused for want of leave, without running anything; where it is left out nobody is refused. */
  whyNotInvoked?(request: Pick<InvokeRequest, 'invoker' | 'qualifier'>): Extract<InvokeResult, { readonly kind: 'refused' }> | undefined;
  /** Never rejects for what the function does. */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
}
