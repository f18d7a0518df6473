import type { PropertyReader } from '../property-reader.ts';

/** A rule of a bucket's CORS configuration. */
export interface CorsRule {
  readonly id?: string;
  /** Each with at most one star. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** Seconds. */
  readonly maxAge?: number;
}

/** What a page asks for: with a preflight, the method and the headers that it is about to send. */
export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  readonly requestedHeaders: readonly string[];
}

export function readCorsRules(configuration: PropertyReader | undefined): readonly CorsRule[] {
  return (configuration?.objects('CorsRules') ?? []).map((rule) => {
    const maxAge = rule.optionalInteger('MaxAge');
    const id = rule.optionalString('Id');
    return {
      ...(id === undefined ? {} : { id }),
      allowedOrigins: rule.strings('AllowedOrigins'),
      allowedMethods: rule.strings('AllowedMethods'),
      allowedHeaders: rule.strings('AllowedHeaders'),
      exposedHeaders: rule.strings('ExposedHeaders'),
      ...(maxAge === undefined ? {} : { maxAge }),
    };
  });
}

/**
 * The headers of an answer to another origin, by the first rule that allows it all; undefined when none does. Source: S3 User Guide, "How
 * does Amazon S3 evaluate the CORS configuration on a bucket?", and the recordings s3-cors-*.
 */
export function corsHeaders(
  rules: readonly CorsRule[],
  request: CorsRequest,
): readonly (readonly [name: string, value: string])[] | undefined {
  const rule = rules.find((candidate) => allows(candidate, request));
  if (rule === undefined) return undefined;
  const origin = rule.allowedOrigins.find((pattern) => matchesStar(pattern, request.origin));
  return [
    ...(origin === '*'
      ? ([['Access-Control-Allow-Origin', '*']] as const)
      : ([
          ['Access-Control-Allow-Origin', request.origin],
          ['Access-Control-Allow-Credentials', 'true'],
        ] as const)),
    ['Access-Control-Allow-Methods', rule.allowedMethods.join(', ')],
    ...list('Access-Control-Allow-Headers', request.requestedHeaders),
    ...list('Access-Control-Expose-Headers', rule.exposedHeaders),
    ...list('Access-Control-Max-Age', rule.maxAge === undefined ? [] : [String(rule.maxAge)]),
    ['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
  ];
}

function allows(rule: CorsRule, { origin, method, requestedHeaders }: CorsRequest): boolean {
  return (
    rule.allowedMethods.includes(method) &&
    rule.allowedOrigins.some((pattern) => matchesStar(pattern, origin)) &&
    requestedHeaders.every((name) => rule.allowedHeaders.some((pattern) => matchesStar(pattern.toLowerCase(), name)))
  );
}

function matchesStar(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === text;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

function list(name: string, values: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return values.length === 0 ? [] : [[name, values.join(', ')]];
}
