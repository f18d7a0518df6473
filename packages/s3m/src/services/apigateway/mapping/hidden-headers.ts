/** Headers that are taken off a request while it is read: neither mappings nor templates nor backends see them (AG-219). */
const hidden = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

export function isHiddenHeader(name: string): boolean {
  return hidden.has(name.toLowerCase());
}
