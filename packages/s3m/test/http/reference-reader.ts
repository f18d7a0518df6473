/**
 * The reader's rules a second time, written from the RFC with regular expressions on whole messages, and slow: what the reader in
 * src/http is compared with. It shares no code with it.
 */
export interface ReferenceRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly keepAlive: boolean;
}

export interface ReferenceReading {
  readonly requests: readonly ReferenceRequest[];
  /** What comes after them: nothing, a message that breaks a rule, or one that is not complete (it may break a rule all the same). */
  readonly end: 'nothing' | 'broken' | 'incomplete';
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
// oxlint-disable-next-line no-control-regex -- control bytes are the rule
const requestLine = new RegExp(`^(${token}) ([\\x21\\x22\\x24-\\x7e]+) HTTP/1\\.([01])$`);
const fieldLine = new RegExp(`^(${token}):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*$`);
const host = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?$/;
const extension = `;${token}(?:=(?:${token}|"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"))?`;
const sizeLine = new RegExp(`^([0-9A-Fa-f]{1,12})((?:${extension})*)$`);

class Incomplete extends Error {}
class Broken extends Error {}

export function referenceRead(bytes: string): ReferenceReading {
  const requests: ReferenceRequest[] = [];
  let rest = bytes;
  try {
    while (rest !== '') {
      const { request, after } = readRequest(rest);
      requests.push(request);
      rest = after;
    }
  } catch (error) {
    if (error instanceof Incomplete) return { requests, end: 'incomplete' };
    if (error instanceof Broken) return { requests, end: 'broken' };
    throw error;
  }
  return { requests, end: 'nothing' };
}

function readRequest(bytes: string): { request: ReferenceRequest; after: string } {
  const text = bytes.startsWith('\r\n') ? bytes.slice(2) : bytes;
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) throw new Incomplete();
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const [, method = '', target = '', minor] = requestLine.exec(first) ?? broken();
  const headers = lines.flatMap((line) => {
    const [, name = '', value = ''] = fieldLine.exec(line) ?? broken();
    return [name, value];
  });
  const values = (name: string): string[] => headers.filter((_, index) => index % 2 === 1 && headers[index - 1]!.toLowerCase() === name);
  const authority = values('host');
  if (authority.length > 1 || (authority.length === 0 && minor === '1')) broken();
  if (authority.length === 1 && (!host.test(authority[0]!) || Number(/:(\d+)$/.exec(authority[0]!)?.[1] ?? 0) > 65_535)) broken();
  if (values('expect').some((value) => value.toLowerCase() !== '100-continue')) broken();
  const options = new Set(values('connection').flatMap((value) => value.split(',').map((option) => option.trim().toLowerCase())));
  const body = readBody(text.slice(end + 4), values('content-length'), values('transfer-encoding'), minor === '1');
  return {
    request: {
      method,
      target: toPath(method, target, authority[0]),
      headers,
      body: body.text,
      keepAlive: !options.has('close') && (minor === '1' || options.has('keep-alive')),
    },
    after: body.after,
  };
}

function toPath(method: string, target: string, authority: string | undefined): string {
  if (method === 'CONNECT') broken();
  if (target === '*') return method === 'OPTIONS' ? '*' : broken();
  let path = target;
  if (!target.startsWith('/')) {
    const [, named = '', rest = ''] = /^http:\/\/([^/?]*)(.*)$/i.exec(target) ?? broken();
    if (named.toLowerCase() !== authority?.toLowerCase()) broken();
    if (rest === '' && method === 'OPTIONS') return '*';
    path = rest.startsWith('/') ? rest : `/${rest}`;
  }
  return /^[^?]*\\/.test(path) ? broken() : path;
}

function readBody(text: string, lengths: readonly string[], codings: readonly string[], chunks: boolean): { text: string; after: string } {
  if (lengths.length + codings.length > 1) broken();
  if (codings.length === 1) return chunks && codings[0]!.toLowerCase() === 'chunked' ? readChunks(text) : broken();
  if (lengths.length === 0) return { text: '', after: text };
  const length = /^\d{1,16}$/.test(lengths[0]!) ? Number(lengths[0]) : broken();
  if (!Number.isSafeInteger(length)) broken();
  if (text.length < length) throw new Incomplete();
  return { text: text.slice(0, length), after: text.slice(length) };
}

function readChunks(text: string): { text: string; after: string } {
  let data = '';
  let rest = text;
  for (;;) {
    const line = takeLine(rest);
    const [, digits = ''] = sizeLine.exec(line.text) ?? broken();
    rest = line.after;
    const size = Number.parseInt(digits, 16);
    if (size === 0) break;
    if (rest.length < size + 2) throw new Incomplete();
    if (rest.slice(size, size + 2) !== '\r\n') broken();
    data += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
  for (;;) {
    const trailer = takeLine(rest);
    rest = trailer.after;
    if (trailer.text === '') return { text: data, after: rest };
    if (!fieldLine.test(trailer.text)) broken();
  }
}

function takeLine(text: string): { text: string; after: string } {
  const end = text.indexOf('\r\n');
  if (end === -1) throw new Incomplete();
  return { text: text.slice(0, end), after: text.slice(end + 2) };
}

function broken(): never {
  throw new Broken();
}
