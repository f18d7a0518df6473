import type { PropertyReader } from '../property-reader.ts';
import type { Properties } from '../resource-type.ts';
import { parseAccessLog, type AccessLogSettings } from '../access-log-setting.ts';
import { MethodSettings, parseMethodSettings } from './method-settings.ts';
import { parseMethodLimits, type MethodLimits } from './usage/method-throttling.ts';
import { parseCanary, type CanarySettings } from './canary.ts';

/** What a stage says beside its deployment. It acts at once (AG-457). */
export interface StageSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly canary: CanarySettings | undefined;
  readonly accessLog: AccessLogSettings | undefined;
  readonly methods: MethodSettings;
  readonly methodLimits: MethodLimits;
  readonly caches: boolean;
  readonly clientCertificateId: string | undefined;
  readonly tracing: boolean;
  /** All of it, as the template says it. */
  readonly template: Properties;
}

/** Of a stage that a deployment makes. */
export const plainStage: StageSettings = {
  variables: {},
  canary: undefined,
  accessLog: undefined,
  methods: new MethodSettings(),
  methodLimits: new Map(),
  caches: false,
  clientCertificateId: undefined,
  tracing: false,
  template: {},
};

export function parseStageSettings(stage: PropertyReader): StageSettings {
  return {
    variables: stage.stringMap('Variables'),
    canary: parseCanary(stage.object('CanarySetting')),
    accessLog: parseAccessLog(stage.object('AccessLogSetting'), 'AccessLogSetting'),
    methods: parseMethodSettings(stage.objects('MethodSettings')),
    methodLimits: parseMethodLimits(stage),
    caches: stage.boolean('CacheClusterEnabled', false),
    clientCertificateId: stage.optionalString('ClientCertificateId'),
    tracing: stage.boolean('TracingEnabled', false),
    template: stage.properties,
  };
}
