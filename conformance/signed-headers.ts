import { createHash } from 'node:crypto';
import { signRequest, type Credentials } from '../packages/authorizer/src/signature-v4.ts';

/** What must stand in a request to an AWS service so that it counts as signed (Signature Version 4), Host aside. */
export function signedHeaders(request: {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly headers?: Readonly<Record<string, string>>;
}): Record<string, string> {
  const { headers = {}, ...rest } = request;
  const digest = createHash('sha256').update(request.body).digest('hex');
  const { host: _host, ...signed } = signRequest({ ...rest, headers: { ...headers, 'x-amz-content-sha256': digest }, time: Date.now() });
  return signed;
}
