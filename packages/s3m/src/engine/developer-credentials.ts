import { randomBytes } from 'node:crypto';
import type { Directory } from '../capabilities/directory.ts';

const accessKeyId = 'LOCALLOCALLOCALLOCAL';

/**
 * Makes credentials of the account's administrator, new ones at each start, so that nobody else on this machine knows them. Answers the
 * environment that hands them to the developer's own tools (`s3m exec`).
 */
export function provideDeveloperCredentials(directory: Directory, accountId: string): Readonly<Record<string, string>> {
  const secretAccessKey = randomBytes(30).toString('base64');
  const sessionToken = randomBytes(30).toString('base64');
  directory.provide('credentials', accessKeyId, {
    secretAccessKey,
    sessionToken,
    owner: {
      arn: `arn:aws:iam::${accountId}:user/developer`,
      accountId,
      userId: 'AIDALOCALDEVELOPER000',
      userName: 'developer',
      administrator: true,
    },
  });
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
}
