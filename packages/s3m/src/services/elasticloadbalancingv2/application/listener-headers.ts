import type { HttpAnswer } from '../../../http/exchange.ts';
import { toHeaderLines } from '../../../http/header-text.ts';
import type { PropertyReader } from '../../property-reader.ts';
import { serverName } from './own-answers.ts';

/** What a listener's attributes say about headers (ELBv2 API, ListenerAttribute). */
export interface ListenerHeaders {
  /** Whether the balancer names itself in its own answers. */
  readonly server: boolean;
  /** Lines for every answer: `[name, value, ...]`. */
  readonly added: readonly string[];
  readonly tlsVersionName: string;
  readonly tlsCipherName: string;
}

/** The part of an attribute's name in the middle; the header's name is the same with hyphens. */
const addable: readonly string[] = [
  'strict_transport_security',
  'access_control_allow_origin',
  'access_control_allow_methods',
  'access_control_allow_headers',
  'access_control_allow_credentials',
  'access_control_expose_headers',
  'access_control_max_age',
  'content_security_policy',
  'x_content_type_options',
  'x_frame_options',
];

const serverAttribute = 'routing.http.response.server.enabled';
const versionAttribute = 'routing.http.request.x_amzn_tls_version.header_name';
const cipherAttribute = 'routing.http.request.x_amzn_tls_cipher_suite.header_name';

/** The attributes, with the values that each may have. Names of headers of mutual TLS have no effect, as there is none. */
export const listenerHeaderAttributes: readonly (readonly [key: RegExp, value: RegExp])[] = [
  [new RegExp(`^${serverAttribute.replaceAll('.', '\\.')}$`), /^(?:true|false)$/],
  [/^routing\.http\.request\.x_amzn_(?:tls_version|tls_cipher_suite|mtls_clientcert(?:_[a-z_]+)?)\.header_name$/, /^[\w-]{1,40}$/],
  [new RegExp(`^routing\\.http\\.response\\.(?:${addable.join('|')})\\.header_value$`), /^[\x20-\x7e]{1,1024}$/],
];

export function readListenerHeaders(read: PropertyReader): ListenerHeaders {
  const attributes = new Map(
    read.objects('ListenerAttributes').map((attribute) => [attribute.string('Key'), attribute.optionalString('Value') ?? '']),
  );
  const added: string[] = [];
  for (const name of addable) {
    const value = attributes.get(`routing.http.response.${name}.header_value`) ?? '';
    if (value !== '') added.push(toHeaderName(name), value);
  }
  return {
    server: attributes.get(serverAttribute) !== 'false',
    added,
    tlsVersionName: attributes.get(versionAttribute) ?? 'X-Amzn-Tls-Version',
    tlsCipherName: attributes.get(cipherAttribute) ?? 'X-Amzn-Tls-Cipher-Suite',
  };
}

/** The answer as the listener lets it out. What it adds takes the place of what a target says. */
export function withListenerHeaders<T extends Pick<HttpAnswer, 'headers'>>(answer: T, { server, added }: ListenerHeaders): T {
  if (server && added.length === 0) return answer;
  const replaced = new Set(added.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  const lines = toHeaderLines(answer.headers);
  const kept: string[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    const [name, value] = [lines[index]!, lines[index + 1]!];
    if (replaced.has(name.toLowerCase()) || (!server && name === 'Server' && value === serverName)) continue;
    kept.push(name, value);
  }
  return { ...answer, headers: [...kept, ...added] };
}

/** `x_frame_options` -> `X-Frame-Options` */
function toHeaderName(name: string): string {
  return name
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('-');
}
