import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { findPackage } from './deployment-package.ts';

/** A layer: Node.js packages that functions share (LMB-015). */
export const layerVersion: ResourceType = {
  type: 'AWS::Lambda::LayerVersion',
  scope: 'simulated',
  properties: {
    LayerName: 'simulated',
    Content: 'simulated',
    CompatibleArchitectures: { inert: 'functions run on the architecture of this machine' },
    CompatibleRuntimes: { inert: 'a hint for the console' },
    Description: { inert: 'a description' },
    LicenseInfo: { inert: 'a description' },
  },
  required: ['Content'],
  attributes: ['LayerVersionArn'],
  replacedBy: ['*'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const name = new PropertyReader(context.properties).optionalString('LayerName') ?? context.physicalName({ max: 140 });
  const arn = `arn:${account.partition}:lambda:${account.region}:${account.id}:layer:${name}:${context.replacing ? 2 : 1}`;
  let directory: string | undefined;
  const withdraw = account.directory.provide('layer', arn, {
    arn,
    // Unpacked when a function that runs wants it: CDK's layer with the AWS CLI is large, and nothing here does.
    get directory() {
      return (directory ??= findPackage(context, 'Content').directory);
    },
  });
  return { ref: arn, attributes: { LayerVersionArn: arn }, delete: () => Promise.resolve(withdraw()) };
}
