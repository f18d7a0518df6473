import type { ResourceType } from '../resource-type.ts';
import { cloudFrontId, keptIn } from './policies/kept-in.ts';
import { ownPolicies } from './policies/own-policies.ts';

/** `AWS::CloudFront::OriginAccessControl`: as whom a distribution asks a bucket (S3W-040). */
export const originAccessControl: ResourceType = {
  type: 'AWS::CloudFront::OriginAccessControl',
  scope: 'simulated',
  properties: {
    'OriginAccessControlConfig.Description': { inert: 'a comment' },
    'OriginAccessControlConfig.Name': { inert: 'it is found by id' },
    'OriginAccessControlConfig.OriginAccessControlOriginType': 'simulated',
    'OriginAccessControlConfig.SigningBehavior': 'simulated',
    'OriginAccessControlConfig.SigningProtocol': { inert: 'sigv4 is the only one' },
  },
  required: ['OriginAccessControlConfig'],
  attributes: ['Id'],
  create: (context) => {
    const id = cloudFrontId(context);
    return Promise.resolve(
      keptIn(ownPolicies(context.account).accessControls, context, {
        id,
        read: (properties) => {
          const config = properties.object('OriginAccessControlConfig');
          return {
            originType: config?.string('OriginAccessControlOriginType') ?? 's3',
            signing: config?.oneOf('SigningBehavior', ['always', 'never', 'no-override']) ?? 'always',
          };
        },
        attributes: { Id: id },
      }),
    );
  },
};
