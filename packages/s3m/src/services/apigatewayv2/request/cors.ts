import type { HttpAnswer } from '../../../http/exchange.ts';
import { headerValue, type HeaderLines } from '../../../http/message.ts';
import type { CorsConfiguration } from '../cors-configuration.ts';
import type { HttpApiRequest } from './http-api-request.ts';

const none: HeaderLines = [];

/** An API's CORS configuration, compiled (AG-592 to AG-594). */
export class Cors {
  readonly #configuration: CorsConfiguration;
  readonly #any: boolean;
  readonly #origins: ReadonlySet<string>;
  readonly #simple: HeaderLines;
  readonly #preflight: HeaderLines;

  constructor(configuration: CorsConfiguration) {
    const { allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge } = configuration;
    this.#configuration = configuration;
    this.#any = allowOrigins.includes('*');
    this.#origins = new Set(allowOrigins);
    const credentials = allowCredentials ? ['access-control-allow-credentials', 'true'] : [];
    this.#simple = [...credentials, ...line('access-control-expose-headers', exposeHeaders)];
    this.#preflight = [
      ...line('access-control-allow-methods', allowMethods),
      ...line('access-control-allow-headers', allowHeaders),
      ...this.#simple,
      ...(maxAge === undefined ? [] : ['access-control-max-age', String(maxAge)]),
    ];
  }

  /** What the API itself answers to a preflight: 204 and no body; headers only for an origin that may (AG-594). */
  answerPreflight(request: HttpApiRequest): HttpAnswer {
    const origin = this.#allowed(request);
    return { status: 204, headers: origin === undefined ? none : ['access-control-allow-origin', origin, ...this.#preflight] };
  }

  /** The configured headers in place of the integration's own (AG-592). */
  addTo(request: HttpApiRequest, headers: HeaderLines): HeaderLines {
    const lines: string[] = [];
    for (let index = 0; index < headers.length; index += 2) {
      if (!headers[index]!.toLowerCase().startsWith('access-control-')) lines.push(headers[index]!, headers[index + 1]!);
    }
    const origin = this.#allowed(request);
    if (origin !== undefined) lines.push('access-control-allow-origin', origin, ...this.#simple);
    return lines;
  }

  /** What `access-control-allow-origin` says; undefined when the origin may not, or there is none. */
  #allowed({ headers }: HttpApiRequest): string | undefined {
    const origin = headerValue(headers, 'Origin');
    if (origin === undefined || origin === '') return undefined;
    if (this.#any) return this.#configuration.allowCredentials ? origin : '*';
    if (this.#origins.has(origin)) return origin;
    // `https://*` stands for every origin of that scheme.
    const scheme = /^(https?):\/\//.exec(origin)?.[1];
    return scheme !== undefined && this.#origins.has(`${scheme}://*`) ? origin : undefined;
  }
}

export function isPreflight({ method, headers }: HttpApiRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headerValue(headers, 'Origin') !== undefined &&
    headerValue(headers, 'Access-Control-Request-Method') !== undefined
  );
}

function line(name: string, values: readonly string[]): HeaderLines {
  return values.length === 0 ? none : [name, values.join(',')];
}
