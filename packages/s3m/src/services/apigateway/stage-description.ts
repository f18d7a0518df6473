import { isObject } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Properties, Scope, Value } from '../resource-type.ts';
import { parseStageSettings, plainStage, type StageSettings } from './stage-settings.ts';
import { stage } from './stage.ts';

/** Members that say for all methods what `MethodSettings` say for one. */
const forAllMethods = [
  'CacheDataEncrypted',
  'CacheTtlInSeconds',
  'CachingEnabled',
  'DataTraceEnabled',
  'LoggingLevel',
  'MetricsEnabled',
  'ThrottlingBurstLimit',
  'ThrottlingRateLimit',
] as const;

const ofNoDescription = new Set(['RestApiId', 'DeploymentId', 'StageName']);

/** What a deployment may say of the stage that it makes: what a stage says of itself, and for all methods at once (AG-524). */
export const stageDescriptionProperties: Readonly<Record<string, Scope>> = Object.fromEntries([
  ...Object.entries(stage.properties)
    .filter(([path]) => !ofNoDescription.has(path))
    .map(([path, scope]) => [`StageDescription.${path}`, scope] as const),
  ...forAllMethods.map((name) => [`StageDescription.${name}`, stage.properties[`MethodSettings.${name}`]!] as const),
]);

/** @throws ResourceFailure */
export function parseStageDescription(description: Value | undefined): StageSettings {
  return isObject(description) ? parseStageSettings(new PropertyReader(toStage(description), 'StageDescription')) : plainStage;
}

/** The properties that the stage would have as a resource of its own. */
export function toStage(description: Properties): Properties {
  const all = Object.fromEntries(forAllMethods.flatMap((name) => (description[name] === undefined ? [] : [[name, description[name]]])));
  const own = Array.isArray(description['MethodSettings']) ? (description['MethodSettings'] as readonly Value[]) : [];
  const rest = Object.fromEntries(Object.entries(description).filter(([name]) => !(forAllMethods as readonly string[]).includes(name)));
  return { ...rest, MethodSettings: [...(Object.keys(all).length === 0 ? [] : [{ ResourcePath: '/*', HttpMethod: '*', ...all }]), ...own] };
}
