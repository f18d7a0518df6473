import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Account, AwsCall } from '../../account.ts';
import { queryAnswer, queryError, type QueryElements } from '../../query-protocol.ts';
import { assumeRole } from './assume-role.ts';
import { getSessionToken } from './get-session-token.ts';
import { StsError } from './sts-error.ts';

/** Answers the action's result. @throws StsError */
export type StsAction = (account: Account, call: AwsCall, input: URLSearchParams) => QueryElements;

const actions: Readonly<Record<string, StsAction>> = {
  AssumeRole: assumeRole,
  // Nobody can be denied this one (STS API Reference, GetCallerIdentity).
  GetCallerIdentity: (_account, { caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }),
  GetSessionToken: getSessionToken,
};

/** Operations that are served. */
export const stsOperations: readonly string[] = Object.keys(actions);

/** Puts the Security Token Service on the account's endpoint. */
export function serveSts(account: Account): void {
  account.endpoint.handle('sts', (request, response, call) => {
    const query = request.url?.split('?', 2)[1] ?? '';
    const input = new URLSearchParams(request.method === 'GET' ? query : call.body.toString());
    const requestId = randomUUID();
    const action = input.get('Action') ?? '';
    try {
      const run = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (run === undefined) throw unsupported(action);
      send(response, 200, requestId, queryAnswer('sts', action, run(account, call, input), requestId));
    } catch (error) {
      if (!(error instanceof StsError)) throw error;
      send(response, error.status, requestId, queryError('sts', error.code, error.message, requestId));
    }
  });
}

function unsupported(action: string): StsError {
  const served = Object.keys(actions).join(', ');
  return new StsError(501, 'UnsupportedOperation', `Of STS only ${served} are served here, not "${action}"`);
}

function send(response: ServerResponse, status: number, requestId: string, body: string): void {
  const headers = { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body), 'x-amzn-RequestId': requestId };
  response.writeHead(status, headers).end(body);
}
