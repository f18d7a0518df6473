import type { HttpAnswer } from '../../../http/exchange.ts';
import type { RefusalAnswer } from '../../../http/server-rules.ts';
import type { FixedResponseAction } from './action.ts';
import { page } from './redirect.ts';

/** How the balancer names itself in its own answers (NLB-074). */
export const serverName = 'awselb/2.0';

const titles = {
  400: '400 Bad Request',
  405: '405 Not Allowed',
  408: '408 Request Time-out',
  413: '413 Request Entity Too Large',
  // Numbers of AWS's own, which have no phrase.
  463: '463',
  464: '464',
  500: '500 Internal Server Error',
  501: '501 Not Implemented',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
} as const;

/** What the balancer answers by itself (NLB-070 to NLB-074). */
export function ownAnswer(status: keyof typeof titles): RefusalAnswer & { readonly body: string } {
  return { status, headers: ['Server', serverName, 'Content-Type', 'text/html'], body: page(titles[status]) };
}

/** What it answers to a request that could not be read. */
export function unreadable(status: number): RefusalAnswer {
  return ownAnswer(status === 408 || status === 501 ? status : 400);
}

export function fixedResponse({ status, contentType, body }: FixedResponseAction): HttpAnswer {
  return { status, headers: ['Server', serverName, ...(contentType === undefined ? [] : ['Content-Type', contentType])], body };
}
