/**
 * Parses a JSON object in which no object has a name twice (RFC 7515, section 4; RFC 7519, section 4): of two `sub` one reader takes the first, another the last.
 * @throws SyntaxError
 */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not a JSON object');
  checkNames(text);
  return value as Readonly<Record<string, unknown>>;
}

/** `text` is known to be JSON, so a string that a colon follows is a name. */
function checkNames(text: string): void {
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name: string = JSON.parse(token.slice(0, -colon.length));
      const names = open.at(-1);
      if (names?.has(name) === true) throw new SyntaxError('a name occurs twice');
      names?.add(name);
    }
  }
}
