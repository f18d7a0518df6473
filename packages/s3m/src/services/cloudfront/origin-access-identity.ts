import { createHash } from 'node:crypto';
import type { ResourceType } from '../resource-type.ts';
import { cloudFrontId, keptIn } from './policies/kept-in.ts';
import { ownPolicies } from './policies/own-policies.ts';

/** `AWS::CloudFront::CloudFrontOriginAccessIdentity`: the older way in which a distribution asks a bucket, as a user of CloudFront's own. */
export const originAccessIdentity: ResourceType = {
  type: 'AWS::CloudFront::CloudFrontOriginAccessIdentity',
  scope: 'simulated',
  properties: { 'CloudFrontOriginAccessIdentityConfig.Comment': { inert: 'a comment' } },
  required: ['CloudFrontOriginAccessIdentityConfig'],
  attributes: ['Id', 'S3CanonicalUserId'],
  create: (context) => {
    const id = cloudFrontId(context);
    const canonicalUser = createHash('sha256')
      .update(id)
      .digest('hex')
      .padEnd(96, createHash('sha256').update(`${id}+`).digest('hex'));
    return Promise.resolve(
      keptIn(ownPolicies(context.account).identities, context, {
        id,
        read: () => canonicalUser,
        attributes: { Id: id, S3CanonicalUserId: canonicalUser },
      }),
    );
  },
};
