import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

/** Empties a bucket before it is deleted, as CDK's `autoDeleteObjects` does (S3W-035). */
export const s3AutoDeleteObjects: ResourceType = {
  type: 'Custom::S3AutoDeleteObjects',
  scope: 'simulated',
  properties: { ServiceToken: { inert: 'the engine does what the function would do' }, BucketName: 'simulated' },
  required: ['BucketName'],
  attributes: [],
  create: (context) => Promise.resolve(describe(context.physicalId(32), context)),
};

function describe(ref: string, context: ResourceContext): Resource {
  const name = new PropertyReader(context.properties).string('BucketName');
  const empty = async (): Promise<void> => {
    await context.account.directory.find('bucket', name)?.empty();
  };
  return {
    ref,
    attributes: {},
    async update(next) {
      if (new PropertyReader(next.properties).string('BucketName') !== name) await empty();
      return describe(ref, next);
    },
    delete: empty,
  };
}
