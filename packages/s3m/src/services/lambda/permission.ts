import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { findFunction, parseFunctionReference } from './function-reference.ts';

/** Letters and digits of the statement id that CloudFormation makes up. */
const ID_LENGTH = 12;

/** A statement of a function's resource policy: who may invoke it (LMB-060 to LMB-064). */
export const permission: ResourceType = {
  type: 'AWS::Lambda::Permission',
  scope: 'simulated',
  properties: {
    Action: 'simulated',
    FunctionName: 'simulated',
    Principal: 'simulated',
    SourceArn: 'simulated',
    SourceAccount: 'simulated',
  },
  required: ['Action', 'FunctionName', 'Principal'],
  attributes: ['Id'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const properties = new PropertyReader(context.properties);
  const reference = properties.string('FunctionName');
  const action = properties.string('Action');
  if (!/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/.test(action)) {
    throw new ResourceFailure(
      `1 validation error detected: Value '${action}' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])`,
      { property: 'Action', fix: 'Use lambda:InvokeFunction.' },
    );
  }
  const { qualifier } = parseFunctionReference(reference);
  if (qualifier === '$LATEST') {
    throw new ResourceFailure('We currently do not support adding policies for $LATEST.', {
      property: 'FunctionName',
      fix: 'Name the function without a qualifier.',
    });
  }
  const target = findFunction(context.account, reference, 'FunctionName');
  const id = `${context.name.stack}-${context.name.logicalId}-${context.physicalId(ID_LENGTH, 'base36')}`;
  const sourceArn = properties.optionalString('SourceArn');
  const sourceAccount = properties.optionalString('SourceAccount');
  const remove = target.policy.add({
    sid: id,
    action,
    principal: properties.string('Principal'),
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(sourceArn === undefined ? {} : { sourceArn }),
    ...(sourceAccount === undefined ? {} : { sourceAccount }),
  });
  if (remove === undefined) {
    throw new ResourceFailure(
      `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  return { ref: id, attributes: { Id: id }, delete: () => Promise.resolve(remove()) };
}
