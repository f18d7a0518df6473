import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';

export interface RawKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface RawRequest {
  readonly url: string;
  readonly method: string;
  /** Path and query as they go out. */
  readonly target: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends exactly these bytes of a body with exactly these headers. */
export function sendRaw({ url, method, target, host, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host: own } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port,
        method,
        path: target,
        headers: { Host: host ?? own, 'Content-Length': body?.length ?? 0, ...headers },
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly signature: string;
  /** Signs a text of a chunk: its kind, the signature before it, and the digests. */
  sign(kind: string, ...lines: readonly string[]): string;
}

/** Signs a request with header Authorization, written anew here so that nothing is shared with what is tested. `target` needs no escapes. */
export function signRaw(
  keys: RawKeys,
  { url, method, target, host, headers = {} }: Omit<RawRequest, 'body'>,
  contentSha256: string,
  { time = new Date(), region = 'us-east-1' }: { readonly time?: Date; readonly region?: string } = {},
): Signed {
  const timestamp = time.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${timestamp.slice(0, 8)}/${region}/s3/aws4_request`;
  const all: Record<string, string> = {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    host: host ?? new URL(url).host,
    'x-amz-date': timestamp,
    'x-amz-content-sha256': contentSha256,
    'x-amz-security-token': keys.sessionToken,
  };
  const names = Object.keys(all).sort();
  const [path = '/', query = ''] = target.split('?', 2);
  const canonical = [method, path, query, ...names.map((name) => `${name}:${all[name]}`), '', names.join(';'), contentSha256].join('\n');
  const key = scope.split('/').reduce<Buffer>((before, part) => hmac(before, part), Buffer.from(`AWS4${keys.secretAccessKey}`));
  const sign = (kind: string, ...lines: readonly string[]): string =>
    hmac(key, [kind, timestamp, scope, ...lines].join('\n')).toString('hex');
  const signature = sign('AWS4-HMAC-SHA256', sha256(canonical));
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { headers: { ...all, authorization }, signature, sign };
}

/** A body of signed chunks; `trailer` comes behind them. */
export function signedChunks({ signature, sign }: Signed, chunks: readonly Buffer[], trailer?: string): Buffer {
  let previous = signature;
  const pieces: Buffer[] = [];
  for (const chunk of [...chunks, Buffer.alloc(0)]) {
    previous = sign('AWS4-HMAC-SHA256-PAYLOAD', previous, sha256(''), sha256(chunk));
    pieces.push(Buffer.from(`${chunk.length.toString(16)};chunk-signature=${previous}\r\n`), chunk);
    if (chunk.length > 0) pieces.push(Buffer.from('\r\n'));
  }
  if (trailer === undefined) return Buffer.concat([...pieces, Buffer.from('\r\n')]);
  const end = sign('AWS4-HMAC-SHA256-TRAILER', previous, sha256(`${trailer}\n`));
  return Buffer.concat([...pieces, Buffer.from(`${trailer}\r\nx-amz-trailer-signature:${end}\r\n\r\n`)]);
}
