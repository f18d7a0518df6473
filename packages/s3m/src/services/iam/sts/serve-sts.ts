import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Account, AwsCall } from '../../account.ts';
import { queryAnswer, queryError, type QueryElements } from '../../query-protocol.ts';
import { assumeRole } from './assume-role.ts';
import { getAccessKeyInfo } from './get-access-key-info.ts';
import { getSessionToken } from './get-session-token.ts';
import { StsError } from './sts-error.ts';

/** Answers the action's result. @throws StsError */
export type StsAction = (account: Account, call: AwsCall, input: URLSearchParams) => QueryElements;

const actions: Readonly<Record<string, StsAction>> = {
  AssumeRole: assumeRole,
  GetAccessKeyInfo: getAccessKeyInfo,
  // Nobody can be denied this one (STS API Reference, GetCallerIdentity).
  GetCallerIdentity: (_account, { caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }),
  GetSessionToken: getSessionToken,
};

/** Operations that are served. */
export const stsOperations: readonly string[] = Object.keys(actions);

/** Operations that STS has besides: other ways to sign in, and what needs an organisation. */
export const unservedStsOperations: readonly string[] = [
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'AssumeRoot',
  'DecodeAuthorizationMessage',
  'GetDelegatedAccessToken',
  'GetFederationToken',
  'GetWebIdentityToken',
];

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
  if (unservedStsOperations.includes(action))
    return new StsError(501, 'UnsupportedOperation', `${action} of sts is not served here; docs/coverage.md lists what is`);
  return new StsError(400, 'InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
}

function send(response: ServerResponse, status: number, requestId: string, body: string): void {
  const headers = { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body), 'x-amzn-RequestId': requestId };
  response.writeHead(status, headers).end(body);
}
