import { required, text, unserved } from '../../input-shape.ts';
import { ServiceError } from '../../service-error.ts';
import type { LambdaFunction } from '../lambda-function.ts';
import type { PolicyStatement } from '../resource-policy.ts';
import { readBody, type FunctionAnswer, type FunctionCall } from './function-call.ts';

/** LMB-061, LMB-064 */
export function addPermission(call: FunctionCall): FunctionAnswer {
  const { target, qualifier } = call.use('AddPermission');
  const input = readBody(
    {
      StatementId: required(text({ min: 1, max: 100, pattern: '([a-zA-Z0-9-_]+)' })),
      Action: required(text({ pattern: '(lambda:[*]|lambda:[a-zA-Z]+|[*])' })),
      Principal: required(text({ pattern: String.raw`[^\s]+` })),
      SourceArn: text({ pattern: String.raw`arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)` }),
      SourceAccount: text({ max: 12, pattern: String.raw`\d{12}` }),
      EventSourceToken: unserved('EventSourceToken of AddPermission'),
      PrincipalOrgID: unserved('PrincipalOrgID of AddPermission (there is no organisation)'),
      FunctionUrlAuthType: unserved('FunctionUrlAuthType of AddPermission (there are no function URLs)'),
      InvokedViaFunctionUrl: unserved('InvokedViaFunctionUrl of AddPermission (there are no function URLs)'),
      RevisionId: text(),
    },
    call.body,
  );
  if (qualifier === '$LATEST') throw invalid('We currently do not support adding policies for $LATEST.');
  if (!/^(\*|\d{12}|arn:[^:]+:(iam|sts)::\d{12}:.+|[a-z0-9.-]+\.amazonaws\.com)$/.test(input.Principal))
    throw invalid('The provided principal was invalid. Please check the principal and try again.');
  const statement: PolicyStatement = {
    sid: input.StatementId,
    action: input.Action,
    principal: input.Principal,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(input.SourceArn === undefined ? {} : { sourceArn: input.SourceArn }),
    ...(input.SourceAccount === undefined ? {} : { sourceAccount: input.SourceAccount }),
  };
  if (target.policy.add(statement) === undefined) {
    throw new ServiceError(
      'ResourceConflictException',
      `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      { status: 409 },
    );
  }
  return { status: 201, body: { Statement: JSON.stringify(printStatement(target, statement)) } };
}

export function removePermission(call: FunctionCall): FunctionAnswer {
  const { target, qualifier } = call.use('RemovePermission');
  const sid = call.path[1]!;
  if (!target.policy.remove(sid, qualifier))
    throw new ServiceError('ResourceNotFoundException', `Statement ${sid} is not found in resource policy.`, { status: 404 });
  return { status: 204 };
}

/** LMB-064 */
export function getPolicy(call: FunctionCall): FunctionAnswer {
  const { target, qualifier } = call.use('GetPolicy');
  const statements = target.policy.statements.filter((statement) => statement.qualifier === qualifier);
  if (statements.length === 0) {
    throw new ServiceError('ResourceNotFoundException', 'No policy is associated with the given resource.', { status: 404 });
  }
  const policy = { Version: '2012-10-17', Id: 'default', Statement: statements.map((statement) => printStatement(target, statement)) };
  return { status: 200, body: { Policy: JSON.stringify(policy), RevisionId: target.revisionId } };
}

/** LMB-061 */
function printStatement(target: LambdaFunction, { sid, action, principal, qualifier, sourceArn, sourceAccount }: PolicyStatement): object {
  const condition = {
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
  };
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: printPrincipal(target, principal),
    Action: action,
    Resource: qualifier === undefined ? target.arn : `${target.arn}:${qualifier}`,
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}

function printPrincipal(target: LambdaFunction, principal: string): unknown {
  if (principal === '*') return '*';
  if (principal.endsWith('.amazonaws.com')) return { Service: principal };
  const partition = target.arn.split(':')[1];
  return { AWS: /^\d{12}$/.test(principal) ? `arn:${partition}:iam::${principal}:root` : principal };
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
