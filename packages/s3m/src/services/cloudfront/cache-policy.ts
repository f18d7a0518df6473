import type { ResourceType } from '../resource-type.ts';
import { keptIn, policyId } from './policies/kept-in.ts';
import { ownPolicies } from './policies/own-policies.ts';
import { readForwarding } from './policies/read-forwarding.ts';

const noCache = { inert: 'nothing is cached: every request is a miss' } as const;

/** `AWS::CloudFront::CachePolicy`: what is part of the cache's key goes on to the origin. */
export const cachePolicy: ResourceType = {
  type: 'AWS::CloudFront::CachePolicy',
  scope: 'simulated',
  properties: {
    'CachePolicyConfig.Comment': { inert: 'a comment' },
    'CachePolicyConfig.DefaultTTL': noCache,
    'CachePolicyConfig.MaxTTL': noCache,
    'CachePolicyConfig.MinTTL': noCache,
    'CachePolicyConfig.Name': { inert: 'policies are found by id' },
    'CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin': 'simulated',
  },
  required: ['CachePolicyConfig'],
  attributes: ['Id', 'LastModifiedTime'],
  create: (context) => {
    const id = policyId(context);
    return Promise.resolve(
      keptIn(ownPolicies(context.account).cache, context, {
        id,
        read: (properties) => readForwarding(properties.object('CachePolicyConfig')?.object('ParametersInCacheKeyAndForwardedToOrigin')),
        attributes: { Id: id, LastModifiedTime: new Date(context.account.clock.now()).toISOString() },
      }),
    );
  },
};
