import { PropertyReader } from '../property-reader.ts';
import type { Properties } from '../resource-type.ts';

/** What a deployment freezes of the API's own properties. */
export interface ApiSettings {
  readonly binaryMediaTypes: readonly string[];
  /**
   * Whether the stage's name stands before the path that goes through a VPC link. AWS's newest page says so, its older ones and what people see
   * say no (AG-182, AG-201); Metadata `S3M: {stageInLinkPath: true}` on the API switches it on.
   */
  readonly stageInLinkPath: boolean;
}

export const defaultSettings: ApiSettings = { binaryMediaTypes: [], stageInLinkPath: false };

/** @throws ResourceFailure */
export function readApiSettings(properties: Properties, metadata: Properties): ApiSettings {
  return {
    binaryMediaTypes: new PropertyReader(properties).strings('BinaryMediaTypes'),
    stageInLinkPath: new PropertyReader(metadata).object('S3M')?.boolean('stageInLinkPath', false) ?? false,
  };
}
