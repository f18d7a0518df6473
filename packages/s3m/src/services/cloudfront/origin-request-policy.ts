import type { ResourceType } from '../resource-type.ts';
import { keptIn, policyId } from './policies/kept-in.ts';
import { ownPolicies } from './policies/own-policies.ts';
import { readForwarding } from './policies/read-forwarding.ts';

/** `AWS::CloudFront::OriginRequestPolicy`: what goes on to the origin beside the cache's key. */
export const originRequestPolicy: ResourceType = {
  type: 'AWS::CloudFront::OriginRequestPolicy',
  scope: 'simulated',
  properties: {
    'OriginRequestPolicyConfig.Comment': { inert: 'a comment' },
    'OriginRequestPolicyConfig.CookiesConfig': 'simulated',
    'OriginRequestPolicyConfig.HeadersConfig': 'simulated',
    'OriginRequestPolicyConfig.Name': { inert: 'policies are found by id' },
    'OriginRequestPolicyConfig.QueryStringsConfig': 'simulated',
  },
  required: ['OriginRequestPolicyConfig'],
  attributes: ['Id', 'LastModifiedTime'],
  create: (context) => {
    const id = policyId(context);
    return Promise.resolve(
      keptIn(ownPolicies(context.account).originRequest, context, {
        id,
        read: (properties) => readForwarding(properties.object('OriginRequestPolicyConfig')),
        attributes: { Id: id, LastModifiedTime: new Date(context.account.clock.now()).toISOString() },
      }),
    );
  },
};
