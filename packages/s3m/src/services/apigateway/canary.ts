import { entriesOf, isObject, isUnresolved } from '../known-value.ts';
import type { PropertyReader } from '../property-reader.ts';
import type { Finding, Value } from '../resource-type.ts';
import { invalid } from './finding.ts';

/** A part of a stage's requests that another deployment, or other variables, answer (AG-461). */
export interface CanarySettings {
  /** Of 100. */
  readonly percentTraffic: number;
  /** Undefined: the stage's own. */
  readonly deploymentId: string | undefined;
  readonly variableOverrides: Readonly<Record<string, string>>;
  /** Whether answers are kept together with the stage's own. */
  readonly usesStageCache: boolean;
}

export function parseCanary(reader: PropertyReader | undefined): CanarySettings | undefined {
  if (reader === undefined) return undefined;
  return {
    percentTraffic: Number(reader.optionalString('PercentTraffic') ?? 0),
    deploymentId: reader.optionalString('DeploymentId'),
    variableOverrides: reader.stringMap('StageVariableOverrides'),
    usesStageCache: reader.boolean('UseStageCache', false),
  };
}

export function checkCanary(canary: Value | undefined): Finding[] {
  if (!isObject(canary)) return [];
  const { PercentTraffic: percent, StageVariableOverrides: overrides } = canary;
  const findings = checkVariables(overrides, 'CanarySetting.StageVariableOverrides');
  if (percent !== undefined && !isUnresolved(percent) && !(Number(percent) >= 0 && Number(percent) <= 100)) {
    findings.push(invalid('CanarySetting.PercentTraffic', 'Percent traffic must be between 0.0 and 100.0'));
  }
  return findings;
}

/** AG-460, AG-436 */
export function checkVariables(variables: Value | undefined, property: string): Finding[] {
  const entries = entriesOf(variables);
  if (entries.length > 100) return [invalid(property, `A stage has at most 100 variables, not ${entries.length}`)];
  return entries.flatMap(([key, value]) =>
    /^\w{1,64}$/.test(key) && (typeof value !== 'string' || isUnresolved(value) || /^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/.test(value))
      ? []
      : [invalid(`${property}.${key}`, `Stage variable ${key} has characters that are not allowed in names or values`)],
  );
}
