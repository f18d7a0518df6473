import type { EdgeFunction } from '../functions/edge-function.ts';
import type { Forwarding } from '../policies/forwarding.ts';
import type { ResponseHeadersPolicy } from '../policies/response-headers.ts';

/** A bucket, or a server. */
export type Origin = {
  readonly id: string;
  /** As AWS would see it. */
  readonly domainName: string;
  /** Before every path: empty, or with a slash in front. */
  readonly path: string;
  /** In lower case; instead of the viewer's. */
  readonly customHeaders: Readonly<Record<string, string>>;
} & (
  | { readonly kind: 'bucket'; readonly bucket: string; readonly accessControl?: string; readonly identity?: string }
  | {
      readonly kind: 'server';
      readonly url: string;
      readonly readTimeoutMs: number;
    }
);

/** What becomes of requests for some paths. */
export interface Behaviour {
  /** `*` of the default one. */
  readonly pattern: string;
  matches(path: string): boolean;
  readonly origin: Origin;
  readonly methods: ReadonlySet<string>;
  /** By ids, since policies may change: what each lets through. */
  forwarding(): readonly Forwarding[];
  responseHeaders(): ResponseHeadersPolicy | undefined;
  /** What sees the request first, or the answer last. */
  functionAt(event: 'viewer-request' | 'viewer-response'): EdgeFunction | undefined;
}

export interface ErrorResponse {
  /** A path of the distribution; absent: the error goes out as it is. */
  readonly pagePath?: string;
  /** In place of the error's status. */
  readonly responseCode?: number;
}

export interface DistributionSettings {
  /** In the order in which they are asked; the default one is the last. */
  readonly behaviours: readonly Behaviour[];
  /** Without a slash in front; for `/` alone (S3W-046). */
  readonly defaultRootObject: string;
  /** By the origin's status. */
  readonly errorResponses: ReadonlyMap<number, ErrorResponse>;
}
