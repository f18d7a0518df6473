/** A request target as HTTP APIs go by it. */
export interface RequestTarget {
  /** Decoded (AG-591), with the stage when the URL has one. Begins with a slash. */
  readonly rawPath: string;
  /** As it came, without `?`; empty when there is none. */
  readonly query: string;
}

/**
 * Decodes the path, so that what is matched, authorised and sent on is one and the same. Undefined for escapes that are none or no UTF-8,
 * and for `.` and `..` as segments: a backend that resolves them would see another path than the one that was authorised.
 */
export function tryParseTarget(target: string): RequestTarget | undefined {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const rawPath = path.includes('%') ? tryDecode(path) : path;
  if (rawPath === undefined || !rawPath.startsWith('/')) return undefined;
  if (rawPath.includes('.') && /[/\\]\.{1,2}(?:[/\\]|$)/.test(rawPath)) return undefined;
  return { rawPath, query: mark === -1 ? '' : target.slice(mark + 1) };
}

function tryDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
