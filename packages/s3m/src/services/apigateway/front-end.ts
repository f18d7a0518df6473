import type { HttpAnswer } from '../../http/exchange.ts';

/** Bytes of a request's or an answer's body (AG-429, AG-434). */
export const maxPayload: number = 10_485_760;
/** Bytes of all header values together (AG-431). */
export const maxHeaderValues: number = 10_240;

// What the front end says never passes through gateway responses and has no x-amzn headers (AG-396).

/** AG-429 */
export const payloadTooLarge: HttpAnswer = {
  status: 413,
  headers: ['Content-Type', 'text; charset=utf-8'],
  body: `HTTP content length exceeded ${maxPayload} bytes.`,
  close: true,
};

/** AG-431: the text is AWS's, the status is not recorded. */
export const headersTooLarge: HttpAnswer = {
  status: 431,
  headers: ['Content-Type', 'text; charset=utf-8'],
  body: `HTTP header is larger than ${maxHeaderValues} bytes.`,
  close: true,
};
