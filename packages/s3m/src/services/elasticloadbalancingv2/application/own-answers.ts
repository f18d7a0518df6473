import type { HttpAnswer } from '../../../http/exchange.ts';
import type { RefusalAnswer } from '../../../http/server-rules.ts';
import type { FixedResponseAction } from './action.ts';
import { page } from './redirect.ts';

const titles = {
  400: '400 Bad Request',
  405: '405 Not Allowed',
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
} as const;

/** What the balancer answers by itself (NLB-070 to NLB-074). */
export function ownAnswer(status: keyof typeof titles): RefusalAnswer & { readonly body: string } {
  return { status, headers: ['Server', 'awselb/2.0', 'Content-Type', 'text/html'], body: page(titles[status]) };
}

export function fixedResponse({ status, contentType, body }: FixedResponseAction): HttpAnswer {
  return { status, headers: ['Server', 'awselb/2.0', ...(contentType === undefined ? [] : ['Content-Type', contentType])], body };
}
