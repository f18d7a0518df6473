import type { PropertyReader } from '../../property-reader.ts';

type Header = readonly [name: string, value: string];

interface AddedHeader {
  readonly name: string;
  readonly value: string;
  /** Whether it goes out in place of the origin's of the same name. */
  readonly override: boolean;
}

interface CorsHeaders {
  /** May have one star. */
  readonly origins: readonly string[];
  readonly credentials: boolean;
  readonly methods: string;
  readonly headers: string;
  readonly exposed: string;
  readonly maxAge: string;
  readonly override: boolean;
}

/** What is added to, and taken from, the answers of an origin. */
export interface ResponseHeadersPolicy {
  readonly cors?: CorsHeaders;
  readonly added: readonly AddedHeader[];
  /** In lower case. */
  readonly removed: ReadonlySet<string>;
}

const corsNames = /^access-control-/i;

/** The headers that go out (CloudFront Developer Guide, "Understand response headers policies"). */
export function applyResponseHeaders(
  policy: ResponseHeadersPolicy,
  headers: readonly Header[],
  request: { readonly origin: string | undefined; readonly isPreflight: boolean },
): readonly Header[] {
  let result = headers.filter(([name]) => !policy.removed.has(name.toLowerCase()));
  const cors = policy.cors === undefined ? [] : corsHeaders(policy.cors, request);
  const hasOwn = result.some(([name]) => corsNames.test(name));
  if (cors.length > 0 && (!hasOwn || policy.cors?.override === true))
    result = [...result.filter(([name]) => !corsNames.test(name)), ...cors];
  for (const { name, value, override } of policy.added) {
    const lower = name.toLowerCase();
    const own = result.some(([other]) => other.toLowerCase() === lower);
    if (own && !override) continue;
    result = [...result.filter(([other]) => other.toLowerCase() !== lower), [name, value]];
  }
  return result;
}

function corsHeaders(
  cors: CorsHeaders,
  { origin, isPreflight }: { readonly origin: string | undefined; readonly isPreflight: boolean },
): readonly Header[] {
  if (origin === undefined || !cors.origins.some((pattern) => matchesOrigin(pattern, origin))) return [];
  const any = cors.origins.includes('*');
  const all: readonly (Header | undefined)[] = [
    ['Access-Control-Allow-Origin', any ? '*' : origin],
    any ? undefined : ['Vary', 'Origin'],
    cors.credentials ? ['Access-Control-Allow-Credentials', 'true'] : undefined,
    cors.exposed === '' ? undefined : ['Access-Control-Expose-Headers', cors.exposed],
    isPreflight && cors.methods !== '' ? ['Access-Control-Allow-Methods', cors.methods] : undefined,
    isPreflight && cors.headers !== '' ? ['Access-Control-Allow-Headers', cors.headers] : undefined,
    isPreflight && cors.maxAge !== '' ? ['Access-Control-Max-Age', cors.maxAge] : undefined,
  ];
  return all.filter((header) => header !== undefined);
}

function matchesOrigin(pattern: string, origin: string): boolean {
  const [before, after] = pattern.split('*', 2);
  if (after === undefined) return pattern === origin || pattern === origin.replace(/^https?:\/\//, '');
  return pattern === '*' || (origin.length > before!.length + after.length && origin.startsWith(before!) && origin.endsWith(after));
}

/** Reads `ResponseHeadersPolicyConfig`. */
export function readResponseHeaders(config: PropertyReader | undefined): ResponseHeadersPolicy {
  const cors = config?.object('CorsConfig');
  const removed = config?.object('RemoveHeadersConfig')?.objects('Items') ?? [];
  return {
    ...(cors === undefined ? {} : { cors: readCors(cors) }),
    added: [
      ...readSecurityHeaders(config?.object('SecurityHeadersConfig')),
      ...(config?.object('CustomHeadersConfig')?.objects('Items') ?? []).map((item) => ({
        name: item.string('Header'),
        value: item.optionalString('Value') ?? '',
        override: item.boolean('Override', false),
      })),
    ],
    removed: new Set(removed.map((item) => item.string('Header').toLowerCase())),
  };
}

function readCors(cors: PropertyReader): CorsHeaders {
  const items = (name: string): readonly string[] => cors.object(name)?.strings('Items') ?? [];
  const methods = items('AccessControlAllowMethods');
  return {
    origins: items('AccessControlAllowOrigins'),
    credentials: cors.boolean('AccessControlAllowCredentials', false),
    methods: (methods.includes('ALL') ? ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'] : methods).join(', '),
    headers: items('AccessControlAllowHeaders').join(', '),
    exposed: items('AccessControlExposeHeaders').join(', '),
    maxAge: cors.optionalString('AccessControlMaxAgeSec') ?? '',
    override: cors.boolean('OriginOverride', false),
  };
}

function readSecurityHeaders(config: PropertyReader | undefined): readonly AddedHeader[] {
  const header = (part: string, name: string, value: (own: PropertyReader) => string): readonly AddedHeader[] => {
    const own = config?.object(part);
    return own === undefined ? [] : [{ name, value: value(own), override: own.boolean('Override', false) }];
  };
  return [
    ...header('ContentSecurityPolicy', 'Content-Security-Policy', (own) => own.string('ContentSecurityPolicy')),
    ...header('ContentTypeOptions', 'X-Content-Type-Options', () => 'nosniff'),
    ...header('FrameOptions', 'X-Frame-Options', (own) => own.string('FrameOption')),
    ...header('ReferrerPolicy', 'Referrer-Policy', (own) => own.string('ReferrerPolicy')),
    ...header(
      'StrictTransportSecurity',
      'Strict-Transport-Security',
      (own) =>
        `max-age=${own.string('AccessControlMaxAgeSec')}${own.boolean('IncludeSubdomains', false) ? '; includeSubDomains' : ''}${own.boolean('Preload', false) ? '; preload' : ''}`,
    ),
    ...header('XSSProtection', 'X-XSS-Protection', (own) => {
      if (!own.boolean('Protection', false)) return '0';
      const report = own.optionalString('ReportUri');
      return `1${own.boolean('ModeBlock', false) ? '; mode=block' : ''}${report === undefined ? '' : `; report=${report}`}`;
    }),
  ];
}

const security: readonly AddedHeader[] = [
  { name: 'Strict-Transport-Security', value: 'max-age=31536000', override: false },
  { name: 'X-Content-Type-Options', value: 'nosniff', override: true },
  { name: 'X-Frame-Options', value: 'SAMEORIGIN', override: false },
  { name: 'X-XSS-Protection', value: '1; mode=block', override: false },
  { name: 'Referrer-Policy', value: 'strict-origin-when-cross-origin', override: false },
];
const simple: CorsHeaders = { origins: ['*'], credentials: false, methods: '', headers: '', exposed: '', maxAge: '', override: false };
const preflight: CorsHeaders = { ...simple, methods: 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT', exposed: '*' };
const nothing: ReadonlySet<string> = new Set();

/** AWS's own, by id ("Use managed response headers policies"). */
export const managedResponseHeaders: Readonly<Record<string, ResponseHeadersPolicy>> = {
  // SimpleCORS
  '60669652-455b-4ae9-85a4-c4c02393f86c': { cors: simple, added: [], removed: nothing },
  // CORS-With-Preflight
  '5cc3b908-e619-4b99-88e5-2cf7f45965bd': { cors: preflight, added: [], removed: nothing },
  // SecurityHeadersPolicy
  '67f7725c-6f97-4210-82d7-5512b31e9d03': { added: security, removed: nothing },
  // CORS-and-SecurityHeadersPolicy
  'e61eb60c-9c35-4d20-a928-2b84e02af89c': { cors: simple, added: security, removed: nothing },
  // CORS-with-preflight-and-SecurityHeadersPolicy
  'eaab4381-ed33-4a86-88ca-d9558dc6cd63': { cors: preflight, added: security, removed: nothing },
};
