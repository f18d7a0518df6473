import type { Clock } from '../clock/clock.ts';
import type { Exchange, HttpLimits, Refusal } from './exchange.ts';
import type { HeaderLines } from './message.ts';

/** What is answered to a request that was refused. */
export interface RefusalAnswer {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body?: string | Buffer;
}

/** What all connections of a server have in common. */
export interface ServerRules {
  handle(exchange: Exchange): void | Promise<void>;
  limits: HttpLimits;
  onRefusal(refusal: Refusal): void;
  refusalAnswer(refusal: Refusal): RefusalAnswer;
  onError(error: unknown, exchange: Exchange): void;
  readonly clock: Clock;
  /** The Date header's value. @param now of the monotonic clock, where it has just been asked */
  date(now?: number): string;
  /** No further request will be taken. */
  closing: boolean;
}
