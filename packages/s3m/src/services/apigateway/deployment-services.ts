import type { Directory } from '../../capabilities/directory.ts';
import type { Clock } from '../../clock/clock.ts';
import type { ApiSettings } from './api-settings.ts';
import type { BackendConnections } from '../../gateway/backend-connections.ts';
import type { ApiFacts } from '../../gateway/api-facts.ts';

/** What compiled methods work with. */
export interface DeploymentServices {
  readonly api: ApiFacts;
  readonly directory: Directory;
  readonly connections: BackendConnections;
  /** AWS's pace: time-outs, caches. */
  readonly clock: Clock;
  /** Scaled: the silence of a network that drops packets. */
  readonly schedule: Clock;
  readonly settings: ApiSettings;
}
