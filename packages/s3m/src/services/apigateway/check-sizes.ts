import { headersTooLarge, maxHeaderValues, maxPayload, maxUrl, payloadTooLarge, urlTooLong } from './front-end.ts';
import type { Step } from './passage.ts';

/** AG-429, AG-431, AG-432: sizes that the head tells, before anything is looked up. A chunked body is measured when it is read. */
export const checkSizes: Step = ({ request }) => {
  const { contextPath, query } = request.target;
  if (contextPath.length + query.length + (query === '' ? 0 : 1) > maxUrl) return urlTooLong;
  let bytes = 0;
  for (let index = 1; index < request.headers.length; index += 2) bytes += request.headers[index]!.length;
  if (bytes > maxHeaderValues) return headersTooLarge;
  if (request.body.length !== undefined && request.body.length > maxPayload) return payloadTooLarge;
  return undefined;
};
