import { once } from 'node:events';
import { request as sendRequest } from 'node:https';
import type { Bucket, StoredObject } from '../../src/capabilities/bucket.ts';
import type { CertificateMaterial } from '../../src/capabilities/certificate.ts';
import type { Account } from '../../src/services/account.ts';

/** A bucket "trust" with one object, "store.pem", that can be changed. */
export function provideTruststore(account: Account, text: string): { text: string } {
  const held = { text };
  const stored = (key: string): StoredObject => ({
    key,
    body: Buffer.from(held.text),
    contentType: 'application/x-pem-file',
    etag: '""',
    lastModified: new Date(0),
    systemMetadata: {},
    userMetadata: {},
  });
  const bucket: Bucket = {
    name: 'trust',
    get: (key) => (key === 'store.pem' ? stored(key) : undefined),
    put: ({ key }) => Promise.resolve(stored(key)),
    delete: () => Promise.resolve(),
    apply: () => Promise.resolve(),
    empty: () => Promise.resolve(),
    keys: () => ['store.pem'],
  };
  account.directory.provide('bucket', 'trust', bucket);
  return held;
}

/** What a domain answers to a client that shows `shown`, or nothing. */
export async function askDomain(
  account: Account,
  port: number,
  path: string,
  shown?: CertificateMaterial,
): Promise<{ readonly status: number; readonly type: string | undefined; readonly id: string; readonly body: string }> {
  const ca = account.directory.find('certificateAuthority', 'amazon')!.certificate;
  const request = sendRequest({
    port,
    path,
    host: '127.0.0.1',
    servername: 'api.example.com',
    headers: { Host: 'api.example.com' },
    ca,
    agent: false,
    // Weak keys are to be refused by the domain, not by this client.
    ciphers: 'DEFAULT@SECLEVEL=0',
    ...(shown === undefined ? {} : { cert: shown.certificate, key: shown.key }),
  });
  request.end();
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  const { headers, statusCode: status } = response;
  return { status, type: headers['x-amzn-errortype'], id: headers['x-amzn-requestid'] ?? headers['apigw-requestid'] ?? '', body };
}
