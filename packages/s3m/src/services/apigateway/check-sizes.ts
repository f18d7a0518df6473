import type { RequestHead } from '../../http/message.ts';
import { headersTooLarge, maxHeaderValues, maxPayload, maxUrl, payloadTooLarge, urlTooLong } from './front-end.ts';
import type { Outcome } from './integration.ts';
import type { Step } from './passage.ts';
import type { RequestTarget } from './request-target.ts';

/** AG-429, AG-431, AG-432: sizes that the head tells, before anything is looked up. A chunked body is measured when it is read. */
export const checkSizes: Step = ({ request }) => request.facts.sizeProblem;

export function sizeProblem({ headers, framing }: RequestHead, { contextPath, query }: RequestTarget): Outcome | undefined {
  if (contextPath.length + query.length + (query === '' ? 0 : 1) > maxUrl) return urlTooLong;
  let bytes = 0;
  for (let index = 1; index < headers.length; index += 2) bytes += headers[index]!.length;
  if (bytes > maxHeaderValues) return headersTooLarge;
  if (framing.kind === 'length' && framing.length > maxPayload) return payloadTooLarge;
  return undefined;
}
