import { StringDecoder } from 'node:string_decoder';

/** The longest line that is kept whole; CloudWatch Logs takes no longer event either. Longer ones are cut into several. */
const LONGEST_LINE = 256 * 1024;

/** Cuts a stream of bytes into lines, without their line ends. */
export class OutputLines {
  #decoder = new StringDecoder('utf8');
  #rest = '';
  readonly #line: (line: string) => void;

  constructor(line: (line: string) => void) {
    this.#line = line;
  }

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emit(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (this.#rest.length > LONGEST_LINE) {
      this.#line(this.#rest.slice(0, LONGEST_LINE));
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }

  /** Gives out what came after the last line end. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') this.#emit(rest);
  }

  #emit(line: string): void {
    for (let at = 0; at === 0 || at < line.length; at += LONGEST_LINE) this.#line(line.slice(at, at + LONGEST_LINE));
  }
}

/** The last lines of an output, for "it ended, and this is what it said". */
export class LastLines {
  readonly #lines: string[] = [];
  readonly #most: number;

  constructor(most = 20) {
    this.#most = most;
  }

  add(line: string): void {
    this.#lines.push(line.length > 2000 ? `${line.slice(0, 2000)}...` : line);
    if (this.#lines.length > this.#most) this.#lines.shift();
  }

  get lines(): readonly string[] {
    return [...this.#lines];
  }
}
