import { equalTexts, signatureAlgorithm, signingMac } from '../../../signature/signing-key.ts';
import type { Account } from '../../account.ts';
import { checkScope, findCredentials } from './authenticate.ts';
import type { Signer } from './s3-call.ts';
import { invalidArgument, invalidRequest, S3Error } from './s3-error.ts';

/** Who has signed a form's policy; a form without one is of somebody without credentials (S3 API Reference, "Authenticating requests in browser-based uploads using POST"). @throws S3Error */
export function authenticateForm(account: Account, fields: ReadonlyMap<string, string>): Signer {
  const policy = fields.get('policy');
  if (fields.has('awsaccesskeyid') || fields.has('signature'))
    throw invalidRequest(`The authorization mechanism you have provided is not supported. Please use ${signatureAlgorithm}.`);
  if (policy === undefined && !fields.has('x-amz-signature')) return { kind: 'anonymous' };
  const field = (name: string): string => {
    const value = fields.get(name.toLowerCase());
    if (value !== undefined) return value;
    throw invalidArgument(
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      name,
      undefined,
    );
  };
  const [text, signature, timestamp] = [field('Policy'), field('X-Amz-Signature'), field('X-Amz-Date')];
  const [credential, algorithm] = [field('X-Amz-Credential'), field('X-Amz-Algorithm')];
  const scope = checkScope({ credential, algorithm, timestamp, place: 'query' }, account.region);
  const accessKeyId = credential.split('/', 1)[0]!;
  const credentials = findCredentials(account, accessKeyId, fields.get('x-amz-security-token'));
  const mac = signingMac(credentials.secretAccessKey, scope);
  if (!equalTexts(mac(text), signature)) {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      [
        ['AWSAccessKeyId', accessKeyId],
        ['StringToSign', text],
        ['SignatureProvided', signature],
      ],
    );
  }
  return {
    kind: 'signed',
    caller: credentials.owner,
    accessKeyId,
    place: 'form',
    timestamp,
    contentSha256: 'UNSIGNED-PAYLOAD',
    scope,
    mac,
    signature,
  };
}
