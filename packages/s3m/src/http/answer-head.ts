import type { HttpAnswer } from './exchange.ts';
import { HeaderText, toHeaderLines } from './header-text.ts';
import { headerValue, type RequestHead } from './message.ts';
import { headerLines, isServerName, statusLine } from './write-head.ts';

/** How an answer goes over the wire. */
export interface AnswerPlan {
  /** Status line and header lines, with the empty line. */
  readonly head: string;
  /** No body follows, whatever the answer has. */
  readonly bodiless: boolean;
  readonly chunked: boolean;
  /** Bytes of the body when the head tells them. */
  readonly length: number | undefined;
  readonly close: boolean;
}

/**
 * Decides framing and persistence of an answer and writes its head.
 * @throws Unwritable for a status or header that would break the framing.
 */
export function planAnswer(request: Pick<RequestHead, 'method' | 'version'>, answer: HttpAnswer, close: boolean, date: string): AnswerPlan {
  const { body } = answer;
  const bodiless = request.method === 'HEAD' || answer.status === 204 || answer.status === 304;
  const length = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  let ending: string;
  let chunked = false;
  let last = close;
  if (bodiless) {
    ending = lastLines(date, bodilessFraming(answer, length), last);
  } else if (length !== undefined) {
    ending = lastLinesOf(date, length, last);
  } else if (request.version === 'HTTP/1.1') {
    ending = lastLines(date, 'Transfer-Encoding: chunked\r\n', last);
    chunked = true;
  } else {
    // HTTP/1.0 knows no chunks: the end of the connection ends the body (RFC 9112 section 6.3).
    last = true;
    ending = lastLines(date, '', last);
  }
  const lines = answer.headers instanceof HeaderText ? answer.headers.text : headerLines(answer.headers, isServerName);
  const head = `${statusLine(answer.status, answer.reason)}${lines}${ending}`;
  return { head, bodiless, chunked, length, close: last };
}

function lastLines(date: string, framing: string, close: boolean): string {
  return `Date: ${date}\r\n${framing}Connection: ${close ? 'close' : 'keep-alive'}\r\n\r\n`; // AG-071
}

/** What the lines of the last answer with a length ended with: a second's answers are much alike. */
let known = { date: '', length: Number.NaN, close: false, text: '' };

function lastLinesOf(date: string, length: number, close: boolean): string {
  if (known.length !== length || known.date !== date || known.close !== close) {
    const lines = lastLines(date, `Content-Length: ${length}\r\n`, close);
    // In one piece: it is written many times.
    known = { date, length, close, text: Buffer.from(lines, 'latin1').toString('latin1') };
  }
  return known.text;
}

/** RFC 9110 section 8.6: 204 has no Content-Length; HEAD and 304 may tell the length that GET would have. */
function bodilessFraming(answer: HttpAnswer, length: number | undefined): string {
  if (answer.status === 204) return '';
  if (length !== undefined && length > 0 && answer.status !== 304) return `Content-Length: ${length}\r\n`;
  const declared = headerValue(toHeaderLines(answer.headers), 'content-length');
  if (declared !== undefined && /^\d{1,15}$/.test(declared)) return `Content-Length: ${declared}\r\n`;
  return length === 0 && answer.status !== 304 && answer.body === undefined ? 'Content-Length: 0\r\n' : '';
}
