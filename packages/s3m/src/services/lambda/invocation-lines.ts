/** Characters of one line, and of an invocation's lines together, that traces and `LogType: Tail` have. Log groups have them all. */
const maxLine = 4096;
const maxTogether = 16_384;

/** The newest lines of an invocation. Ten thousand traces keep them: what a caller makes a function log must not fill the memory. */
export class InvocationLines {
  readonly #lines: string[] = [];
  #size = 0;

  get all(): readonly string[] {
    return this.#lines;
  }

  add(message: string): void {
    const line = message.length <= maxLine ? message : `${ownCopy(message.slice(0, maxLine))} [...]`;
    this.#lines.push(line);
    this.#size += line.length;
    while (this.#size > maxTogether) this.#size -= this.#lines.shift()!.length;
  }
}

/** A slice would keep the whole line alive. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
