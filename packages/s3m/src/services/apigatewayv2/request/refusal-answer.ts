import type { Refusal } from '../../../http/exchange.ts';
import type { RefusalAnswer } from '../../../http/server-rules.ts';

/** What is answered to a request that the strict reader refused: the reason, for whoever wrote the client. */
export function refusalAnswer({ status, why }: Refusal): RefusalAnswer {
  return { status, headers: ['Content-Type', 'text/plain; charset=utf-8'], body: `${why}\n` };
}
