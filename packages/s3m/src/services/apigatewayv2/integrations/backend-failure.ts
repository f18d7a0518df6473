import { DialFailure, type ConnectionRoute } from '../../../capabilities/connection.ts';
import { AnswerTimeout, ConnectFailed, ConnectionClosed, MalformedAnswer } from '../../../http/pool-errors.ts';

/** Why a backend could not be asked. All of it is 503 to the client (AG-553, AG-555). */
export interface BackendFailure {
  readonly why: string;
  /** The network drops packets: on AWS nothing is heard until the integration's time is up. */
  readonly silent: boolean;
  /** How far the dial got. */
  readonly route: Partial<ConnectionRoute> | undefined;
}

/** Undefined for an error that is this engine's own. */
export function tryBackendFailure(error: unknown): BackendFailure | undefined {
  if (error instanceof ConnectFailed && error.cause instanceof DialFailure) {
    const { message, kind, route } = error.cause;
    return { why: message, silent: kind === 'blocked-by-network', route };
  }
  const known = [AnswerTimeout, ConnectFailed, ConnectionClosed, MalformedAnswer].some((kind) => error instanceof kind);
  return known ? { why: (error as Error).message, silent: false, route: undefined } : undefined;
}
