const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/** Something that may be called. Made by {@link route} only, so that its wildcards are the ones that stand in your source. */
export class Route {
  /** `GET`, or `*` for each of the seven that API Gateway knows (AG-039). */
  readonly method: string;
  /** `/weather/*` */
  readonly path: string;

  constructor(method: string, path: string) {
    this.method = method;
    this.path = path;
  }

  /**
   * Method and path as the end of a resource ARN: `GET/weather/*`. `*` is spelled out into methods, because in a policy
   * it would reach over slashes: `*` + `/weather` also matches `GET/admin/weather`.
   */
  toResources(): readonly string[] {
    if (this.method === '*' && this.path === '/*') return ['*'];
    const wanted = this.method === '*' ? methods : [this.method];
    return wanted.map((method) => `${method}${this.path}`);
  }
}

/** Characters of a path segment that mean themselves in a policy: no `*`, `?`, `$`, `{`, `}`; no `%` or `;`, which two readers may read in two ways. */
const segment = /^[A-Za-z0-9._~@:+=,!'()&-]{1,200}$/;

/**
 * A route: a method or `*`, a blank, and a path. The path may end in `/*`, for all below it (`/weather/*` isn't `/weather`: name both).
 *
 *     route`GET /weather/*`
 *     route`* /users/${claims.sub}/orders`
 *
 * A value that is put in must be one whole plain path segment; with anything that a policy or a router could read as more
 * (`*`, `?`, `/`, `..`) this throws, and the caller gets 500 and nothing else.
 */
export function route(literals: TemplateStringsArray, ...values: readonly unknown[]): Route {
  const text = literals.map((literal, index) => literal + (index < values.length ? `{${index}}` : '')).join('');
  const [, method, path] = /^(\*|[A-Z]+) (\/\S*)$/.exec(text) ?? [];
  if (method === undefined || path === undefined)
    throw new TypeError(`A route is a method, a blank and a path, like "GET /weather/*"; this is "${text}"`);
  if (method !== '*' && !(methods as readonly string[]).includes(method)) {
    throw new TypeError(`The route "${text}" names the method "${method}". Allowed: *, ${methods.join(', ')}`);
  }
  const segments = path.slice(1).split('/');
  const resolved = segments.map((part, index) => {
    const last = index === segments.length - 1;
    if (part === '*' && last) return part;
    if (part === '' && segments.length === 1) return part;
    const placeholder = /^\{(\d+)\}$/.exec(part);
    const value = placeholder === null ? part : values[Number(placeholder[1])];
    if (typeof value !== 'string' || !segment.test(value) || value === '.' || value === '..') {
      throw new TypeError(
        `The route "${text}" can't be put into a policy: segment ${index + 1} must be a plain path segment, or "*" at the end`,
      );
    }
    return value;
  });
  return new Route(method, `/${resolved.join('/')}`);
}
