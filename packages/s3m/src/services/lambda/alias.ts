import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
import { findFunction } from './function-reference.ts';
import { LambdaFunction, type AliasTarget } from './lambda-function.ts';

/** A name for a version of a function, by weight for a second one (LMB-014). */
export const alias: ResourceType = {
  type: 'AWS::Lambda::Alias',
  scope: 'simulated',
  properties: {
    FunctionName: 'simulated',
    FunctionVersion: 'simulated',
    Name: 'simulated',
    'RoutingConfig.AdditionalVersionWeights': 'simulated',
    Description: { inert: 'a description' },
    ProvisionedConcurrencyConfig: { inert: 'an environment is ready at any time' },
  },
  required: ['FunctionName', 'FunctionVersion', 'Name'],
  attributes: ['AliasArn'],
  replacedBy: ['FunctionName', 'Name'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const properties = new PropertyReader(context.properties);
  const target = findFunction(context.account, properties.string('FunctionName'), 'FunctionName');
  const name = properties.string('Name');
  const arn = `${target.arn}:${name}`;
  if (!(target instanceof LambdaFunction)) return { ref: arn, attributes: { AliasArn: arn }, delete: () => Promise.resolve() };
  if (target.aliases.has(name)) {
    throw new ResourceFailure(`Alias already exists: ${arn}`, {
      property: 'Name',
      fix: 'Give each alias of a function a name of its own.',
    });
  }
  target.setAlias(name, readTarget(context, target));
  const resource: Resource = {
    ref: arn,
    attributes: { AliasArn: arn },
    async update(next) {
      target.setAlias(name, readTarget(next, target));
      return resource;
    },
    async delete() {
      target.setAlias(name, undefined);
    },
  };
  return resource;
}

function readTarget(context: ResourceContext, target: LambdaFunction): AliasTarget {
  const properties = new PropertyReader(context.properties);
  const [additional] = properties.object('RoutingConfig')?.objects('AdditionalVersionWeights') ?? [];
  const chosen: AliasTarget = {
    version: properties.string('FunctionVersion'),
    ...(additional === undefined
      ? {}
      : { additional: { version: additional.string('FunctionVersion'), weight: Number(additional.string('FunctionWeight')) } }),
  };
  for (const number of [chosen.version, ...(chosen.additional === undefined ? [] : [chosen.additional.version])]) {
    if (!target.hasVersion(number)) {
      throw new ResourceFailure(`Function not found: ${target.arn}:${number}`, {
        property: 'FunctionVersion',
        fix: 'Use the Version attribute of an AWS::Lambda::Version.',
      });
    }
  }
  return chosen;
}
