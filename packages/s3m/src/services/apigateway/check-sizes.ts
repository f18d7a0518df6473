import { headersTooLarge, maxHeaderValues, maxPayload, payloadTooLarge } from './front-end.ts';
import type { Step } from './passage.ts';

/** AG-429, AG-431: sizes that the head tells, before anything is looked up. A chunked body is measured when it is read. */
export const checkSizes: Step = ({ request }) => {
  let bytes = 0;
  for (let index = 1; index < request.headers.length; index += 2) bytes += request.headers[index]!.length;
  if (bytes > maxHeaderValues) return headersTooLarge;
  if (request.body.length !== undefined && request.body.length > maxPayload) return payloadTooLarge;
  return undefined;
};
