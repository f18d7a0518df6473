/** What a case does and what its answers are compared with (README.md, "Format"). */
export type CaseKind = 'http' | 'cfn-outputs' | 'cfn-error' | 'cfn-resource-failure' | 'aws-api' | 'gateway-response-table';

/** How sure it is that AWS answers so; the last one is for cases written from a fact instead of a recording. */
export type Confidence = 'recorded' | 'recorded-control-plane' | 'aws-integ' | 'aws-doc' | 'observed' | 'fact';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface CaseRequest {
  readonly method: string;
  /** Appended to the base as it stands, encoded already. */
  readonly path: string;
  /** The path replaces the whole path of the base. */
  readonly pathIsAbsolute?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A body that is no text. */
  readonly bodyBase64?: string;
  readonly bodyRepeat?: { readonly char: string; readonly count: number };
  /** Headers that a client must not add by itself; this one adds none. */
  readonly omitHeaders?: readonly string[];
  readonly followRedirects?: boolean;
}

/** A header's value, or what is to be said of it. */
export type HeaderExpectation =
  | string
  | { readonly present?: true; readonly absent?: true; readonly contains?: string; readonly matches?: string };

export interface CaseAnswer {
  readonly status?: number;
  readonly body?: string;
  readonly bodyOneOf?: readonly string[];
  readonly bodyBase64?: string;
  readonly bodyContains?: string;
  readonly bodyMatches?: string;
  readonly bodyTemplate?: string;
  readonly json?: Json;
  readonly jsonSubset?: Json;
  readonly jsonAbsent?: readonly string[];
  readonly jsonPresent?: readonly string[];
  readonly jsonKeys?: Readonly<Record<string, readonly string[]>>;
  readonly jsonMatches?: Readonly<Record<string, string>>;
  readonly xml?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, HeaderExpectation>>;
  /** Headers whose name must have exactly this case. */
  readonly headerCaseSensitive?: readonly string[];
}

export interface PutObject {
  readonly bucket: string;
  readonly key: string;
  readonly body: string;
  readonly contentType: string;
  readonly websiteRedirectLocation?: string;
}

/** One case: a template, and what AWS answers when it is deployed and asked. */
export interface ConformanceCase {
  readonly id: string;
  readonly area: string;
  readonly kind: CaseKind;
  readonly source: string;
  readonly confidence: Confidence;
  /** The numbers of the facts that the case shows; every case of our own has some. */
  readonly facts?: readonly string[];
  readonly recorded?: string;
  readonly template: Readonly<Record<string, Json>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly needs?: readonly string[];
  readonly setup?: readonly { readonly putObject: PutObject }[];
  readonly base?: string;
  readonly service?: string;
  readonly requests?: readonly CaseRequest[];
  readonly expect?: readonly CaseAnswer[];
  readonly expectOutputs?: Readonly<Record<string, string>>;
  readonly expectError?: { readonly status?: number; readonly code?: string; readonly message: string };
  /** Gateway response type -> its status; `null` where AWS gives none. */
  readonly expectTable?: Readonly<Record<string, number | null>>;
  readonly resourceTypes?: readonly string[];
  readonly adapted?: string;
  readonly note?: string;
}
