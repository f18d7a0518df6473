import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export const key = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'a-secret/of+somebody', sessionToken: 'a-session-token' };

class Sha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {}
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

export interface ToSign {
  readonly method?: string;
  /** With query, encoded. */
  readonly target: string;
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly at?: number;
  readonly region?: string;
  readonly service?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

function prepare(request: ToSign): { signer: SignatureV4; http: Parameters<SignatureV4['sign']>[0]; date: Date } {
  const url = new URL(`http://${request.host}${request.target}`);
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name);
  const signer = new SignatureV4({
    credentials: request.credentials ?? key,
    region: request.region ?? 'us-east-1',
    service: request.service ?? 'execute-api',
    sha256: Sha256,
  });
  const http = {
    method: request.method ?? 'GET',
    protocol: 'http:',
    hostname: url.hostname,
    path: request.target.split('?', 1)[0]!,
    query,
    headers: { host: request.host, ...request.headers },
    ...(request.body === undefined ? {} : { body: request.body }),
  };
  return { signer, http: http, date: new Date(request.at ?? 1_700_000_000_000) };
}

/** Header lines of the request, signed by AWS's own signer. */
export async function signHeaders(request: ToSign): Promise<Record<string, string>> {
  const { signer, http, date } = prepare(request);
  return (await signer.sign(http, { signingDate: date })).headers;
}

/** Target of the presigned request. */
export async function presign(request: ToSign, expiresIn: number): Promise<string> {
  const { signer, http, date } = prepare(request);
  const { path, query } = await signer.presign(http, { signingDate: date, expiresIn });
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((each) => `${encode(name)}=${encode(each ?? '')}`),
  );
  return `${path}?${pairs.join('&')}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
