import { headerValue, type HeaderLines } from '../../http/message.ts';
import type { RequestFacts } from './request-facts.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `$context.requestId`: the client's own, when it sends a UUID in `x-amzn-RequestId`; what is none is told to be none (AG-076). Answers, traces and
 * logs go by the gateway's.
 */
export function contextRequestId({
  facts,
  id,
}: {
  readonly facts: Pick<RequestFacts, 'headers' | 'requestId'>;
  readonly id: string;
}): string {
  if (facts.requestId === undefined) facts.requestId = ownRequestId(facts.headers);
  return facts.requestId ?? id;
}

function ownRequestId(headers: HeaderLines): string | null {
  const own = headerValue(headers, 'x-amzn-RequestId');
  if (own === undefined || own === '') return null;
  return uuid.test(own) ? own : 'UUID_REPLACED_INVALID_REQUEST_ID';
}
