import { PropertyReader } from '../property-reader.ts';
import type { Properties } from '../resource-type.ts';

/** Where an API's keys come from (AG-412). */
export type ApiKeySource = 'HEADER' | 'AUTHORIZER';

/** What a deployment freezes of the API's own properties. */
export interface ApiSettings {
  readonly apiKeySource: ApiKeySource;
  readonly binaryMediaTypes: readonly string[];
  /** Undefined: compression is off. */
  readonly minimumCompressionSize: number | undefined;
  /**
   * Whether the stage's name stands before the path that goes through a VPC link. AWS's newest page says so, its older ones and what people see
   * say no (AG-182, AG-201); Metadata `S3M: {stageInLinkPath: true}` on the API switches it on.
   */
  readonly stageInLinkPath: boolean;
}

export const defaultSettings: ApiSettings = {
  apiKeySource: 'HEADER',
  binaryMediaTypes: [],
  minimumCompressionSize: undefined,
  stageInLinkPath: false,
};

/** @throws ResourceFailure */
export function readApiSettings(properties: Properties, metadata: Properties): ApiSettings {
  const reader = new PropertyReader(properties);
  return {
    apiKeySource: reader.oneOf('ApiKeySourceType', ['HEADER', 'AUTHORIZER'], 'HEADER'), // AG-512
    binaryMediaTypes: reader.strings('BinaryMediaTypes'),
    minimumCompressionSize: reader.optionalInteger('MinimumCompressionSize'),
    stageInLinkPath: new PropertyReader(metadata).object('S3M')?.boolean('stageInLinkPath', false) ?? false,
  };
}
