/** Names and values of a query string in turn, decoded: percent escapes, and `+` to a blank (AG-051). Escapes that are no UTF-8 stay. */
export function parseQuery(query: string): string[] {
  const pairs: string[] = [];
  if (query === '') return pairs;
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    pairs.push(decode(equals === -1 ? part : part.slice(0, equals)), equals === -1 ? '' : decode(part.slice(equals + 1)));
  }
  return pairs;
}

/** Values of one name, in order; names are case-sensitive (AG-053). */
export function queryValues(query: string, name: string): string[] {
  const pairs = parseQuery(query);
  return pairs.filter((_, index) => index % 2 === 1 && pairs[index - 1] === name);
}

function decode(text: string): string {
  const blanks = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!blanks.includes('%')) return blanks;
  try {
    return decodeURIComponent(blanks);
  } catch {
    return blanks;
  }
}
