import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Need } from '../../../capabilities/access-control.ts';
import { refuseAccess } from '../../access.ts';
import type { Account, AwsCall } from '../../account.ts';
import { sendRestAnswer } from '../../rest-answers.ts';
import { ServiceError, unsupported } from '../../service-error.ts';
import { serviceMayAssume } from '../../service-trust.ts';
import { functionArn, parseFunctionReference } from '../function-reference.ts';
import { LambdaFunction } from '../lambda-function.ts';
import { statementPolicy } from '../invoke-permission.ts';
import type { FunctionAnswer, FunctionCall } from './function-call.ts';
import { addPermission, getPolicy, removePermission } from './permission-operations.ts';
import { getFunction, getFunctionConfiguration, listFunctions, listTags } from './read-operations.ts';
import { findUnserved } from './unserved-operations.ts';
import { updateFunctionCode, updateFunctionConfiguration } from './update-operations.ts';
import {
  createAlias,
  deleteAlias,
  getAlias,
  listAliases,
  listVersionsByFunction,
  publishVersion,
  updateAlias,
} from './version-operations.ts';

type FunctionOperation = (call: FunctionCall) => FunctionAnswer | Promise<FunctionAnswer>;

/** Lambda API Reference, by method and path. */
const routes: readonly (readonly [name: string, method: string, path: RegExp, run: FunctionOperation])[] = [
  ['ListFunctions', 'GET', /^\/2015-03-31\/functions\/?$/, listFunctions],
  ['GetFunction', 'GET', /^\/2015-03-31\/functions\/([^/]+)$/, getFunction],
  ['GetFunctionConfiguration', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, getFunctionConfiguration],
  ['UpdateFunctionConfiguration', 'PUT', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, updateFunctionConfiguration],
  ['UpdateFunctionCode', 'PUT', /^\/2015-03-31\/functions\/([^/]+)\/code$/, updateFunctionCode],
  ['GetPolicy', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/policy$/, getPolicy],
  ['AddPermission', 'POST', /^\/2015-03-31\/functions\/([^/]+)\/policy$/, addPermission],
  ['RemovePermission', 'DELETE', /^\/2015-03-31\/functions\/([^/]+)\/policy\/([^/]+)$/, removePermission],
  ['PublishVersion', 'POST', /^\/2015-03-31\/functions\/([^/]+)\/versions$/, publishVersion],
  ['ListVersionsByFunction', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/versions$/, listVersionsByFunction],
  ['CreateAlias', 'POST', /^\/2015-03-31\/functions\/([^/]+)\/aliases$/, createAlias],
  ['ListAliases', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/aliases$/, listAliases],
  ['GetAlias', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)$/, getAlias],
  ['UpdateAlias', 'PUT', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)$/, updateAlias],
  ['DeleteAlias', 'DELETE', /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)$/, deleteAlias],
  ['ListTags', 'GET', /^\/2017-03-31\/tags\/([^/]+)$/, listTags],
];

/** Operations that are served, besides Invoke. */
export const functionOperations: readonly string[] = routes.map(([name]) => name);

/** Answers a call of Lambda's API that is not Invoke. */
export async function serveFunctions(account: Account, request: IncomingMessage, response: ServerResponse, call: AwsCall): Promise<void> {
  try {
    sendRestAnswer(response, await route(account, request, call));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const message = error.status === 404 || error.status === 403 ? { Message: error.message } : { message: error.message };
    sendRestAnswer(response, { status: error.status, body: { Type: 'User', ...message } }, error.code);
  }
}

function route(account: Account, request: IncomingMessage, call: AwsCall): FunctionAnswer | Promise<FunctionAnswer> {
  const url = URL.parse(`http://endpoint${request.url ?? '/'}`);
  for (const [, method, form, run] of routes) {
    const match = method === request.method ? form.exec(url?.pathname ?? '') : null;
    if (match !== null && url !== null) return run(functionCall(account, call, match.slice(1).map(decode), url.searchParams));
  }
  const { method = '' } = request;
  const unserved = findUnserved(method, url?.pathname ?? '', url?.searchParams ?? new URLSearchParams());
  if (unserved !== undefined) throw unsupported(`${unserved} of lambda is not served here; docs/coverage.md lists what is`);
  const asked = `${method} ${request.url?.split('?', 1)[0]}`;
  throw unsupported(`Of Lambda only Invoke, ${functionOperations.join(', ')} are served here, not ${asked}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('ValidationException', `${text} is not URL-encoded`);
  }
}

function functionCall(account: Account, call: AwsCall, path: readonly string[], query: URLSearchParams): FunctionCall {
  const demand = (action: string, resource: string, target?: LambdaFunction): void => {
    const resourcePolicy = target === undefined ? undefined : statementPolicy(target, undefined);
    const denial = refuseAccess(account, call.caller, {
      action: `lambda:${action}`,
      resource,
      resourcePolicy,
      accessKeyId: call.accessKeyId,
    });
    // LMB-065
    if (denial !== undefined) throw new ServiceError('AccessDeniedException', denial.message, { status: 403 });
  };
  return {
    account,
    path,
    query,
    body: call.body,
    demandAll: (action) => demand(action, '*'),
    demandPassing(roleArn) {
      const denial = refuseAccess(account, call.caller, { ...passing, resource: roleArn, accessKeyId: call.accessKeyId });
      if (denial !== undefined) throw new ServiceError('AccessDeniedException', denial.message, { status: 403 });
      if (!serviceMayAssume(account, roleArn, 'lambda.amazonaws.com'))
        throw new ServiceError('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.');
    },
    demandObject(bucket, key) {
      const resource = `arn:${account.partition}:s3:::${bucket}/${key}`;
      if (refuseAccess(account, call.caller, { action: 's3:GetObject', resource, accessKeyId: call.accessKeyId }) === undefined) return;
      const message = `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${bucket}/${key}. S3 Error Code: AccessDenied. S3 Error Message: Access Denied`;
      throw new ServiceError('AccessDeniedException', message, { status: 403 });
    },
    use(action) {
      const reference = parseFunctionReference(path[0]!);
      const qualifier = query.get('Qualifier') ?? reference.qualifier;
      const arn = functionArn(account, reference.name);
      const target = account.directory.find('function', arn);
      demand(action, arn, target instanceof LambdaFunction ? target : undefined);
      if (!(target instanceof LambdaFunction)) {
        if (target !== undefined) throw unsupported(`${reference.name} is not run here, so there is nothing to read or change`);
        throw new ServiceError('ResourceNotFoundException', `Function not found: ${arn}${qualifier === undefined ? '' : `:${qualifier}`}`, {
          status: 404,
        });
      }
      return { target, qualifier };
    },
  };
}

const passing: Omit<Need, 'resource'> = {
  action: 'iam:PassRole',
  keys: (key) => (key === 'iam:passedtoservice' ? ['lambda.amazonaws.com'] : undefined),
};
