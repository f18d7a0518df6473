import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { refuseAccess } from '../../access.ts';
import type { Account, AwsCall, AwsHandler } from '../../account.ts';
import { queryAnswer, queryError, type QueryElements } from '../../query-protocol.ts';
import { ServiceError, unsupported } from '../../service-error.ts';
import { describeListeners } from './describe-listeners.ts';
import { describeLoadBalancers } from './describe-load-balancers.ts';
import { describeTargetGroups } from './describe-target-groups.ts';
import { describeTargetHealth } from './describe-target-health.ts';
import { deregisterTargets, registerTargets } from './register-targets.ts';
import { unservedLoadBalancingOperations } from './unserved-operations.ts';

const service = 'elasticloadbalancing';
const version = '2015-12-01';

/** One call of an action. */
export interface LoadBalancingCall {
  readonly account: Account;
  readonly input: URLSearchParams;
  /** Refuses what the caller may not do with the resource of an ARN, or with any (`*`). @throws ServiceError */
  demand(resource: string): void;
}

/** Answers the action's result. @throws ServiceError */
export type LoadBalancingAction = (call: LoadBalancingCall) => QueryElements;

const actions: Readonly<Record<string, LoadBalancingAction>> = {
  DeregisterTargets: deregisterTargets,
  DescribeListeners: describeListeners,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  RegisterTargets: registerTargets,
};

/** Operations that are served. */
export const loadBalancingOperations: readonly string[] = Object.keys(actions);

/** Elastic Load Balancing's API at the endpoint, version 2015-12-01 (Query protocol). */
export function serveLoadBalancing(account: Account): AwsHandler {
  return (request, response, call) => {
    const query = request.url?.split('?', 2)[1] ?? '';
    const input = new URLSearchParams(request.method === 'GET' ? query : call.body.toString());
    const requestId = randomUUID();
    const action = input.get('Action') ?? '';
    try {
      const result = findAction(
        action,
        input.get('Version'),
      )({ account, input, demand: (resource) => demand(account, call, action, resource) });
      send(response, 200, requestId, queryAnswer(service, action, result, requestId));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      send(response, error.status, requestId, queryError(service, error.code, error.message, requestId));
    }
  };
}

function findAction(action: string, asked: string | null): LoadBalancingAction {
  if (asked !== null && asked !== version)
    throw unsupported(`Version ${asked} of Elastic Load Balancing is not served here, only ${version}`);
  const found = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (found !== undefined) return found;
  if (unservedLoadBalancingOperations.includes(action))
    throw unsupported(`${action} of elasticloadbalancing is not served here; docs/coverage.md lists what is`);
  throw new ServiceError('InvalidAction', `Could not find operation ${action} for version ${version}`);
}

function demand(account: Account, { caller, accessKeyId }: AwsCall, action: string, resource: string): void {
  const denial = refuseAccess(account, caller, { action: `elasticloadbalancing:${action}`, resource, accessKeyId });
  // IAM-030
  if (denial !== undefined) throw new ServiceError('AccessDenied', denial.message, { status: 403 });
}

function send(response: ServerResponse, status: number, requestId: string, body: string): void {
  const headers = { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body), 'x-amzn-RequestId': requestId };
  response.writeHead(status, headers).end(body);
}
