import type { ResourceType } from '../resource-type.ts';

/** A URL to signal to. Templates also use one as a resource that does nothing. */
export const waitConditionHandle: ResourceType = {
  type: 'AWS::CloudFormation::WaitConditionHandle',
  scope: { inert: 'nothing waits for it: AWS::CloudFormation::WaitCondition is not supported' },
  properties: {},
  attributes: [],
  create({ account, stackId, name, physicalId }) {
    const host = `cloudformation-waitcondition-${account.region}.s3.${account.urlSuffix}`;
    const ref = `https://${host}/${encodeURIComponent(`${stackId}/${physicalId(12)}/${name.logicalId}`)}`;
    return Promise.resolve({ ref, attributes: {}, delete: () => Promise.resolve() });
  },
};
