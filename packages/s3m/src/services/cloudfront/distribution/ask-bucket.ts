import { Readable } from 'node:stream';
import type { OriginCaller } from '../../../capabilities/bucket-origin.ts';
import type { Account } from '../../account.ts';
import { ownPolicies } from '../policies/own-policies.ts';
import type { Origin } from './distribution-settings.ts';
import type { EdgeAnswer } from './origin-answer.ts';

/** Asks a bucket for the object that a path names, as whom the origin says: the bucket's policy decides (S3W-040, S3W-042). */
export async function askBucket(
  account: Account,
  origin: Extract<Origin, { readonly kind: 'bucket' }>,
  request: { readonly method: string; readonly path: string; readonly query: string; readonly headers: Readonly<Record<string, string>> },
  distributionArn: string,
): Promise<EdgeAnswer> {
  const key = tryDecode((origin.path + request.path).slice(1));
  const source = account.directory.find('bucketOrigin', account.id);
  if (source === undefined || key === undefined) {
    const [status, code, message] =
      key === undefined
        ? [400, 'InvalidURI', "Couldn't parse the specified URI."]
        : [404, 'NoSuchBucket', 'The specified bucket does not exist'];
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    return { status: Number(status), headers: [['Content-Type', 'application/xml']], body: Buffer.from(body) };
  }
  const answer = await source.answer({
    bucket: origin.bucket,
    key,
    method: request.method,
    query: new Map(new URLSearchParams(request.query)),
    headers: request.headers,
    caller: callerOf(account, origin, request.headers, distributionArn),
  });
  const headers = [...answer.headers, ...(answer.status === 304 ? [] : [['Content-Length', String(answer.length)] as const])];
  if (Buffer.isBuffer(answer.body))
    return { status: answer.status, headers, body: request.method === 'HEAD' ? Buffer.alloc(0) : answer.body };
  const { file, first, last, release } = answer.body;
  const body = Readable.from(file.read(first, last), { objectMode: false });
  body.once('close', release);
  return { status: answer.status, headers, body };
}

function callerOf(
  account: Account,
  { accessControl, identity }: Extract<Origin, { readonly kind: 'bucket' }>,
  headers: Readonly<Record<string, string>>,
  sourceArn: string,
): OriginCaller {
  const { accessControls, identities } = ownPolicies(account);
  const signing = accessControl === undefined ? undefined : accessControls.get(accessControl)?.signing;
  if (signing === 'always' || (signing === 'no-override' && headers['authorization'] === undefined))
    return { kind: 'service', service: 'cloudfront.amazonaws.com', sourceArn };
  const canonicalUser = identity === undefined ? undefined : identities.get(identity);
  if (canonicalUser === undefined) return { kind: 'anonymous' };
  return {
    kind: 'identity',
    arn: `arn:${account.partition}:iam::cloudfront:user/CloudFront Origin Access Identity ${identity}`,
    canonicalUser,
  };
}

function tryDecode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
