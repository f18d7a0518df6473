import { issueCredentials } from '../../role-session.ts';
import type { StsAction } from './serve-sts.ts';
import { accessDenied, StsError } from './sts-error.ts';
import { credentialElements, readDuration } from './temporary-credentials.ts';

/** In seconds: twelve hours, and the most, 36. */
const usual = 43_200;
const longest = 129_600;

/** Temporary credentials of the very user who calls (STS API Reference, GetSessionToken). */
export const getSessionToken: StsAction = (account, { caller }, input) => {
  if (caller.session !== undefined) throw accessDenied('Cannot call GetSessionToken with session credentials');
  if (input.has('SerialNumber') || input.has('TokenCode'))
    throw new StsError(
      501,
      'UnsupportedOperation',
      'There are no MFA devices here: call GetSessionToken without SerialNumber and TokenCode',
    );
  const seconds = readDuration(input, usual, longest);
  return { Credentials: credentialElements(issueCredentials(account, seconds * 1000, caller)) };
};
