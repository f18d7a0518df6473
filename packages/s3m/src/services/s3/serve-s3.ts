import type { Account } from '../account.ts';
import { isForS3 } from './s3-address.ts';

/** Accounts whose endpoint has this service. */
const served = new WeakSet<Account>();

/** Puts S3's REST API on the account's endpoint, once. What it consists of is read with the first request. */
export function serveS3(account: Account): void {
  if (served.has(account)) return;
  served.add(account);
  account.directory.provide('bucketOrigin', account.id, {
    answer: async (request) => (await import('./api/answer-origin.ts')).answerOrigin(account, request),
  });
  account.endpoint.handleRaw('s3', {
    owns: ({ method = '', headers: { host = '', 'content-type': type }, url = '/' }) => isForS3(method, host, url, type),
    handle: (request, response) => {
      import('./api/handle-request.ts')
        .then(({ handleRequest }) => handleRequest(account, request, response))
        // The client went away, or its request is one that cannot be read: nobody else hears of it.
        .catch(() => response.destroy());
    },
  });
}
