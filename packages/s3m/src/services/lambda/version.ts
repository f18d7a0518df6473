import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { findFunction } from './function-reference.ts';
import { LambdaFunction } from './lambda-function.ts';

/** A published version of a function: its code and configuration as they are when the version is created (LMB-014). */
export const version: ResourceType = {
  type: 'AWS::Lambda::Version',
  scope: 'simulated',
  properties: {
    FunctionName: 'simulated',
    CodeSha256: { inert: 'the version is made of whatever $LATEST is' },
    Description: { inert: 'a description' },
    ProvisionedConcurrencyConfig: { inert: 'an environment is ready at any time' },
    RuntimePolicy: { inert: 'Node.js functions run on the Node.js of the engine' },
  },
  required: ['FunctionName'],
  attributes: ['Version', 'FunctionArn'],
  replacedBy: ['*'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const target = findFunction(context.account, new PropertyReader(context.properties).string('FunctionName'), 'FunctionName');
  const number = target.publish();
  const arn = `${target.arn}:${number}`;
  return {
    ref: arn,
    attributes: { Version: number, FunctionArn: arn },
    async delete() {
      if (target instanceof LambdaFunction) await target.unpublish(number);
    },
  };
}
