const reference = /\$context\.([a-zA-Z0-9._-]*[a-zA-Z0-9_-])/g;

/** Makes a line of a request (AG-470): a variable without value, or that there is not, prints `-` (AG-471). @param findSource by the name after `$context.` */
export function compileAccessLogFormat<T>(
  format: string,
  findSource: (name: string) => ((from: T) => string | undefined) | undefined,
): (from: T) => string {
  const parts: (string | ((from: T) => string | undefined))[] = [];
  let last = 0;
  for (const match of format.matchAll(reference)) {
    parts.push(format.slice(last, match.index), findSource(match[1]!) ?? (() => undefined));
    last = match.index + match[0].length;
  }
  parts.push(format.slice(last));
  return (from) => {
    // Joined, not added up: lines are kept, and a sum of texts would keep each of them.
    return parts.map((part) => (typeof part === 'string' ? part : (part(from) ?? '-'))).join('');
  };
}

/** AG-470 */
export function namesRequest(format: string): boolean {
  return /\$context\.(?:requestId|extendedRequestId)(?![\w.])/.test(format);
}
