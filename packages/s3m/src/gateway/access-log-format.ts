const reference = /\$context\.([a-zA-Z0-9._-]*[a-zA-Z0-9_-])/g;

/** A variable's value, if it has one. */
type Source<T> = (from: T) => string | undefined;

/** Makes a line of a request (AG-470): a variable without value, or that there is not, prints `-` (AG-471). @param findSource by the name after `$context.` */
export function compileAccessLogFormat<T>(format: string, findSource: (name: string) => Source<T> | undefined): (from: T) => string {
  const parts: Part<T>[] = [];
  let run: SameAgain<T> | undefined;
  let last = 0;
  for (const match of format.matchAll(reference)) {
    const before = format.slice(last, match.index);
    const source = findSource(match[1]!) ?? (() => undefined);
    if (isOwn.test(match[1]!)) {
      parts.push(before, (from) => source(from) ?? '-');
      run = undefined;
    } else {
      if (run === undefined) {
        const begun = new SameAgain<T>();
        parts.push((from) => begun.print(from));
        run = begun;
      }
      run.add(before, source);
    }
    last = match.index + match[0].length;
  }
  parts.push(format.slice(last));
  return (from) => {
    let line = '';
    for (const part of parts) line += typeof part === 'string' ? part : part(from);
    return line;
  };
}

/** A piece of a line. */
type Part<T> = string | ((from: T) => string);

/** Variables that hardly two requests have the same value of. */
const isOwn = /(?:id|latency|epoch)$/i;

/** Variables one after the other whose values are often those of the request before: the text is, too. */
class SameAgain<T> {
  readonly #texts: string[] = [];
  readonly #sources: Source<T>[] = [];
  readonly #values: (string | undefined)[] = [];
  #printed: string | undefined;
  #inOnePiece = false;

  /** @param before the text before the variable */
  add(before: string, source: Source<T>): void {
    this.#texts.push(before);
    this.#sources.push(source);
    this.#values.push(undefined);
  }

  print(from: T): string {
    for (let index = 0; index < this.#sources.length; index++) {
      const value = this.#sources[index]!(from);
      if (value === this.#values[index]) continue;
      this.#values[index] = value;
      // At once: should a later source throw, the next request must not get the text of the one before.
      this.#printed = undefined;
    }
    if (this.#printed === undefined) {
      this.#inOnePiece = false;
      this.#printed = this.#print();
    } else if (!this.#inOnePiece) {
      this.#inOnePiece = true;
      // In one piece it is copied faster.
      this.#printed = Buffer.from(this.#printed).toString();
    }
    return this.#printed;
  }

  #print(): string {
    let text = '';
    for (let index = 0; index < this.#texts.length; index++) text += this.#texts[index]! + (this.#values[index] ?? '-');
    return text;
  }
}

/** AG-470 */
export function namesRequest(format: string): boolean {
  return /\$context\.(?:requestId|extendedRequestId)(?![\w.])/.test(format);
}
