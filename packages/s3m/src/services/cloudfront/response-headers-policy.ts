import type { ResourceType } from '../resource-type.ts';
import { keptIn, policyId } from './policies/kept-in.ts';
import { ownPolicies } from './policies/own-policies.ts';
import { readResponseHeaders } from './policies/response-headers.ts';

/** `AWS::CloudFront::ResponseHeadersPolicy`: headers that a distribution adds and takes away. */
export const responseHeadersPolicy: ResourceType = {
  type: 'AWS::CloudFront::ResponseHeadersPolicy',
  scope: 'simulated',
  properties: {
    'ResponseHeadersPolicyConfig.Comment': { inert: 'a comment' },
    'ResponseHeadersPolicyConfig.CorsConfig': 'simulated',
    'ResponseHeadersPolicyConfig.CustomHeadersConfig': 'simulated',
    'ResponseHeadersPolicyConfig.Name': { inert: 'policies are found by id' },
    'ResponseHeadersPolicyConfig.RemoveHeadersConfig': 'simulated',
    'ResponseHeadersPolicyConfig.SecurityHeadersConfig': 'simulated',
    'ResponseHeadersPolicyConfig.ServerTimingHeadersConfig': { inert: 'a header about how long a cache took' },
  },
  required: ['ResponseHeadersPolicyConfig'],
  attributes: ['Id', 'LastModifiedTime'],
  create: (context) => {
    const id = policyId(context);
    return Promise.resolve(
      keptIn(ownPolicies(context.account).responseHeaders, context, {
        id,
        read: (properties) => readResponseHeaders(properties.object('ResponseHeadersPolicyConfig')),
        attributes: { Id: id, LastModifiedTime: new Date(context.account.clock.now()).toISOString() },
      }),
    );
  },
};
