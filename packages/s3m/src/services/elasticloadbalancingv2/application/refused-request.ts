import { headerValues } from '../../../http/message.ts';
import type { RefusalAnswer } from '../../../http/server-rules.ts';
import type { BalancedRequest } from './balanced-request.ts';
import { ownAnswer } from './own-answers.ts';

/** Of one header line, in bytes (NLB-073). */
const maxHeader = 16_384;
/** In X-Forwarded-For (NLB-073). */
const maxAddresses = 30;

/** What the balancer answers to a request that no rule is asked about (NLB-073). */
export function refusedRequest({ method, headers }: BalancedRequest): RefusalAnswer | undefined {
  if (method === 'TRACE') return ownAnswer(405);
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]!.length + headers[index + 1]!.length > maxHeader) return ownAnswer(400);
  }
  const addresses = headerValues(headers, 'X-Forwarded-For')
    .flatMap((line) => line.split(','))
    .filter((part) => part.trim() !== '');
  return addresses.length > maxAddresses ? ownAnswer(463) : undefined;
}
