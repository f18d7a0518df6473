/** Headers that are taken off a request while it is read: neither mappings nor templates, functions nor backends see them (AG-219). */
export const hiddenHeaders: readonly string[] = [
  'Connection',
  'Content-Length',
  'Content-MD5',
  'Expect',
  'Max-Forwards',
  'Proxy-Authenticate',
  'Server',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'WWW-Authenticate',
];

const hidden = new Set(hiddenHeaders.map((name) => name.toLowerCase()));

export function isHiddenHeader(name: string): boolean {
  return hidden.has(name.toLowerCase());
}
