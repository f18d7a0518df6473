import type { TemporaryCredentials } from '../../role-session.ts';
import type { QueryElements } from '../../query-protocol.ts';
import { invalid } from './sts-error.ts';

/** `Credentials` of an answer. */
export function credentialElements({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: TemporaryCredentials): QueryElements {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: new Date(expiresAt).toISOString().replace(/\.\d+/, ''),
  };
}

/** `DurationSeconds`. @throws StsError */
export function readDuration(input: URLSearchParams, fallback: number, most: number): number {
  const text = input.get('DurationSeconds');
  if (text === null) return fallback;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds >= 900)) throw invalid('durationSeconds', text, 'have value greater than or equal to 900');
  if (seconds > most) throw invalid('durationSeconds', text, `have value less than or equal to ${most}`);
  return seconds;
}
