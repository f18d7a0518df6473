import { StageCaches } from './authorizers/stage-caches.ts';
import type { AccessLog } from './logging/access-log.ts';
import type { Throttle } from './request/throttle.ts';
import type { Snapshot } from './snapshot.ts';

/** What a stage is set to. */
export interface StageSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly throttle: Throttle;
  readonly accessLog: AccessLog | undefined;
  /** Undefined with `AutoDeploy`, and for a stage that serves nothing yet. */
  readonly deploymentId: string | undefined;
  readonly autoDeploy: boolean;
}

/** A stage as it answers requests. */
export class ServedStage {
  readonly name: string;
  readonly caches: StageCaches = new StageCaches();
  settings: StageSettings;
  readonly #find: (settings: StageSettings) => Snapshot | undefined;

  /** @param find the snapshot that these settings stand for */
  constructor(name: string, settings: StageSettings, find: (settings: StageSettings) => Snapshot | undefined) {
    this.name = name;
    this.settings = settings;
    this.#find = find;
  }

  /** Undefined when nothing has been deployed. */
  get snapshot(): Snapshot | undefined {
    return this.#find(this.settings);
  }
}
