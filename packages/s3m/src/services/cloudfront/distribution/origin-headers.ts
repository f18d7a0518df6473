import { isForwarded, type Forwarding } from '../policies/forwarding.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** Of a connection, not of a request. */
const ofConnection = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What goes on without a policy: it says what the body is, or which part or state of the object is wanted. */
const always = /^(content-.*|range|if-.*|cache-control|pragma|date)$/;

/**
 * The headers of a request to an origin (CloudFront Developer Guide, "HTTP request headers and CloudFront behavior"): a viewer's header goes on when
 * a policy takes it; Authorization of what is not cached, a POST, goes on without one.
 */
export function originHeaders(
  request: ViewerRequest,
  policies: readonly Forwarding[],
  origin: { readonly domainName: string; readonly customHeaders: Readonly<Record<string, string>> },
  via: string,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}${name === 'cookie' ? '; ' : ','}${value}` : value;
  };
  const hopNames = new Set(
    request.headers.flatMap(([name, value]) => (name === 'connection' ? value.split(',').map((item) => item.trim().toLowerCase()) : [])),
  );
  for (const [name, value] of request.headers) {
    if (ofConnection.has(name) || hopNames.has(name) || name === 'x-forwarded-for' || name === 'via' || name === 'x-amz-cf-id') continue;
    if (name === 'cookie') {
      const kept = value.split(/;\s*/).filter((pair) => isForwarded(policies, 'cookies', pair.split('=', 1)[0]!));
      if (kept.length > 0) add('cookie', kept.join('; '));
    } else if (name === 'accept-encoding') {
      const normal = ['br', 'gzip'].filter((coding) => new RegExp(String.raw`\b${coding}\b`).test(value)).join(',');
      if (isForwarded(policies, 'headers', name)) add(name, value);
      else if (normal !== '') add(name, normal);
    } else if (name === 'authorization') {
      if (isForwarded(policies, 'headers', name) || !['GET', 'HEAD', 'OPTIONS'].includes(request.method)) add(name, value);
    } else if (always.test(name) || isForwarded(policies, 'headers', name)) add(name, value);
  }
  headers['host'] ??= origin.domainName;
  headers['user-agent'] ??= 'Amazon CloudFront';
  const before = request.headers.filter(([name]) => name === 'x-forwarded-for').map(([, value]) => value);
  headers['x-forwarded-for'] = [...before, request.ip].join(', ');
  headers['via'] = via;
  headers['x-amz-cf-id'] = request.id;
  return { ...headers, ...origin.customHeaders };
}

/** The parameters that go on, as they came. */
export function originQuery(query: string | undefined, policies: readonly Forwarding[]): string {
  if (query === undefined) return '';
  const kept = query.split('&').filter((pair) => isForwarded(policies, 'query', decodeName(pair.split('=', 1)[0]!)));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
