import type { Directory } from '../../../capabilities/directory.ts';
import type { Clock } from '../../../clock/clock.ts';
import type { ApiFacts } from '../../../gateway/api-facts.ts';
import type { BackendConnections } from '../../../gateway/backend-connections.ts';
import type { Outcome } from '../failures.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';

/** What answers a route's requests, compiled. */
export interface Integration {
  readonly type: 'AWS_PROXY' | 'HTTP_PROXY';
  run(request: HttpApiRequest): Promise<Outcome>;
}

/** What compiled routes work with. */
export interface HttpApiServices {
  readonly api: ApiFacts;
  readonly directory: Directory;
  readonly connections: BackendConnections;
  /** AWS's pace: time-outs, caches, tokens. */
  readonly clock: Clock;
  /** Scaled: the silence of a network that drops packets. */
  readonly schedule: Clock;
}
