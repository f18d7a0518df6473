import type { HttpAnswer, Refusal } from '../../http/exchange.ts';
import type { RefusalAnswer } from '../../http/server-rules.ts';

/** An answer with its body at hand. */
type FrontEndAnswer = HttpAnswer & RefusalAnswer;

/** Bytes of a request's or an answer's body (AG-429, AG-434). */
export const maxPayload: number = 10_485_760;
/** Bytes of all header values together (AG-431). */
export const maxHeaderValues: number = 10_240;
/** Characters of a URL's path and query: a regional endpoint's (AG-432). */
export const maxUrl: number = 10_240;

// What the front end says never passes through gateway responses and has no x-amzn headers (AG-396).

/** AG-429 */
export const payloadTooLarge: FrontEndAnswer = {
  status: 413,
  headers: ['Content-Type', 'text; charset=utf-8'],
  body: `HTTP content length exceeded ${maxPayload} bytes.`,
  close: true,
};

/** AG-431: the text is AWS's, the status is not recorded. */
export const headersTooLarge: FrontEndAnswer = {
  status: 431,
  headers: ['Content-Type', 'text; charset=utf-8'],
  body: `HTTP header is larger than ${maxHeaderValues} bytes.`,
  close: true,
};

/** AG-432: the status is AWS's; the text is that of a method's ARN which is too long (AG-433). */
export const urlTooLong: FrontEndAnswer = {
  status: 414,
  headers: ['Content-Type', 'application/json'],
  body: '{"message":"Request URI too long"}',
  close: true,
};

/** What is answered to a request that the reader refused: AWS's text where one is known, the broken rule otherwise. */
export function refusalAnswer({ status, why }: Refusal): RefusalAnswer {
  switch (status) {
    case 414:
      return urlTooLong;
    case 431:
      return headersTooLarge;
    default:
      return { status, headers: ['Content-Type', 'text/plain; charset=utf-8'], body: `${why}\n` };
  }
}
