import type { PropertyReader } from '../property-reader.ts';
import { parseCanary, type CanarySettings } from './canary.ts';

/** What a stage says beside its deployment. It acts at once (AG-457). */
export interface StageSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly canary: CanarySettings | undefined;
}

/** Of a stage that a deployment makes. */
export const plainStage: StageSettings = { variables: {}, canary: undefined };

export function parseStageSettings(stage: PropertyReader): StageSettings {
  return { variables: stage.stringMap('Variables'), canary: parseCanary(stage.object('CanarySetting')) };
}
