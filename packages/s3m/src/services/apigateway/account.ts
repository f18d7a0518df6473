import type { ResourceType } from '../resource-type.ts';

/** What API Gateway may do for the account as a whole: write logs (AG-536). Here it needs no permission for that. */
export const account: ResourceType = {
  type: 'AWS::ApiGateway::Account',
  scope: { inert: 'says which role writes execution logs to CloudWatch; here they are written without one' },
  properties: { CloudWatchRoleArn: { inert: 'logs are written without a role' } },
  attributes: ['Id'],
  create: async ({ physicalId }) => {
    const ref = physicalId(10, 'base36');
    const resource = { ref, attributes: { Id: ref }, update: () => Promise.resolve(resource), delete: () => Promise.resolve() };
    return resource;
  },
};
