const reference = /\$context\.([a-zA-Z0-9._-]*[a-zA-Z0-9_-])/g;

/** A variable's value, if it has one. */
type Source<T> = (from: T) => string | undefined;

/** Makes a line of a request (AG-470): a variable without value, or that there is not, prints `-` (AG-471). @param findSource by the name after `$context.` */
export function compileAccessLogFormat<T>(format: string, findSource: (name: string) => Source<T> | undefined): (from: T) => string {
  const parts: (string | Source<T>)[] = []; // in turn, text first
  let last = 0;
  for (const match of format.matchAll(reference)) {
    parts.push(format.slice(last, match.index), findSource(match[1]!) ?? (() => undefined));
    last = match.index + match[0].length;
  }
  parts.push(format.slice(last));
  return (from) => {
    let line = parts[0] as string;
    for (let index = 1; index < parts.length; index += 2) line += ((parts[index] as Source<T>)(from) ?? '-') + (parts[index + 1] as string);
    return line;
  };
}

/** AG-470 */
export function namesRequest(format: string): boolean {
  return /\$context\.(?:requestId|extendedRequestId)(?![\w.])/.test(format);
}
