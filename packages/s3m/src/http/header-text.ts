import { isFieldValue, isToken } from './byte-classes.ts';
import type { HeaderLines } from './message.ts';
import { isFramingName, Unwritable } from './write-head.ts';

/** The beginning of a header line, checked once for all the lines that begin with it. */
export class LineStart {
  /** The name with colon and blank. */
  readonly text: string;

  /** @throws Unwritable for what is no name, and for a name that frames a message */
  constructor(name: string) {
    if (!isToken(name)) throw new Unwritable(`header name is not a token: ${JSON.stringify(name)}`);
    if (isFramingName(name)) throw new Unwritable(`the writer of a message decides on ${name}`);
    this.text = `${name}: `;
  }
}

/** Header lines as they go over the wire, none of which can break the framing. */
export class HeaderText {
  #type = '';
  #text = '';

  /** The line of an answer's Content-Type, which goes before all others; empty where it is not known apart. */
  get type(): string {
    return this.#type;
  }

  /** All other lines. */
  get text(): string {
    return this.#text;
  }

  /** Notes an answer's Content-Type, as a strict reader found it. */
  setType(start: LineStart, value: string): void {
    this.#type = start.text + value + '\r\n';
  }

  /** @throws Unwritable for a value with a line break, another control byte or a character above U+00FF */
  add(start: LineStart, value: string): void {
    if (!isFieldValue(value)) throw new Unwritable(`value of header ${start.text}holds a control byte or a character above U+00FF`);
    this.#text += `${start.text}${value}\r\n`;
  }

  /** Adds a value as a strict reader found it: each of its bytes has been looked at. */
  addRead(start: LineStart, value: string): void {
    this.#text += start.text + value + '\r\n';
  }

  /** Adds whole lines, from who makes them of ids of its own only. */
  addMade(lines: string): void {
    this.#text += lines;
  }

  /** Adds lines that were put together before. */
  addText(other: HeaderText): void {
    if (other.#type !== '') this.#type = other.#type;
    this.#text += other.#text;
  }

  /** The same lines as one piece of text, where what was put together of pieces is written many times. */
  inOnePiece(): HeaderText {
    const whole = new HeaderText();
    whole.#type = Buffer.from(this.#type, 'latin1').toString('latin1');
    whole.#text = Buffer.from(this.#text, 'latin1').toString('latin1');
    return whole;
  }

  toLines(): string[] {
    const lines = `${this.#type}${this.#text}`.split('\r\n').slice(0, -1);
    return lines.flatMap((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);
  }
}

/** Names and values, in whichever form they are. */
export function toHeaderLines(headers: HeaderLines | HeaderText): HeaderLines {
  return headers instanceof HeaderText ? headers.toLines() : headers;
}
