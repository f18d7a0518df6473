import type { HttpAnswer } from './exchange.ts';
import { HeaderText, toHeaderLines } from './header-text.ts';
import { headerValue, type HeaderLines, type RequestHead } from './message.ts';
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
  const { headers } = answer;
  const isText = headers instanceof HeaderText;
  const typeAt = isText ? -1 : indexOfType(headers);
  const type = isText ? headers.type : lineAt(headers, typeAt);
  // A server that names itself does so before all else.
  const named = !isText && headers[0] === 'Server' ? 2 : 0;
  const status = `${statusLine(answer.status, answer.reason)}${named === 0 ? '' : lineAt(headers as HeaderLines, 0)}`;
  let beginning: string;
  let chunked = false;
  let last = close;
  if (bodiless) {
    beginning = firstLines(status, date, type, bodilessFraming(answer, length), last);
  } else if (length !== undefined) {
    beginning = firstLinesOf(status, date, type, length, last);
  } else if (request.version === 'HTTP/1.1') {
    beginning = firstLines(status, date, type, 'Transfer-Encoding: chunked\r\n', last);
    chunked = true;
  } else {
    // HTTP/1.0 knows no chunks: the end of the connection ends the body (RFC 9112 section 6.3).
    last = true;
    beginning = firstLines(status, date, type, '', last);
  }
  const lines = isText ? headers.text : headerLines(headers, isServerName, typeAt, named);
  const head = `${beginning}${lines}\r\n`;
  return { head, bodiless, chunked, length, close: last };
}

/** In the order in which API Gateway and load balancers have them (AG-902). */
function firstLines(status: string, date: string, type: string, framing: string, close: boolean): string {
  return `${status}Date: ${date}\r\n${type}${framing}Connection: ${close ? 'close' : 'keep-alive'}\r\n`; // AG-071
}

/** What the last answer with a length began with: a second's answers are much alike. */
let known = { status: '', date: '', type: '', length: Number.NaN, close: false, text: '' };

function firstLinesOf(status: string, date: string, type: string, length: number, close: boolean): string {
  if (known.length !== length || known.date !== date || known.type !== type || known.status !== status || known.close !== close) {
    const lines = firstLines(status, date, type, `Content-Length: ${length}\r\n`, close);
    // In one piece: it is written many times.
    known = { status, date, type, length, close, text: Buffer.from(lines, 'latin1').toString('latin1') };
  }
  return known.text;
}

function lineAt(headers: HeaderLines, index: number): string {
  return index < 0 ? '' : headerLines([headers[index]!, headers[index + 1]!], isServerName);
}

/** Where the name Content-Type stands; -1 for nowhere. */
export function indexOfType(headers: HeaderLines): number {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]!.length === 12 && headers[index]!.toLowerCase() === 'content-type') return index;
  }
  return -1;
}

/** RFC 9110 section 8.6: 204 has no Content-Length; HEAD and 304 may tell the length that GET would have. */
function bodilessFraming(answer: HttpAnswer, length: number | undefined): string {
  if (answer.status === 204) return '';
  if (length !== undefined && length > 0 && answer.status !== 304) return `Content-Length: ${length}\r\n`;
  const declared = headerValue(toHeaderLines(answer.headers), 'content-length');
  if (declared !== undefined && /^\d{1,15}$/.test(declared)) return `Content-Length: ${declared}\r\n`;
  return length === 0 && answer.status !== 304 && answer.body === undefined ? 'Content-Length: 0\r\n' : '';
}
