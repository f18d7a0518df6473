/** A request target in the parts that API Gateway goes by. Nothing is decoded (AG-049). */
export interface RequestTarget {
  readonly stage: string;
  /** From the slash after the stage on, with one slash at its start and a trailing one kept; `/` when there is nothing. */
  readonly path: string;
  /** `$context.path`: with the stage, slashes doubled after it kept (AG-019, AG-048). */
  readonly contextPath: string;
  /** Without `?`, its parameters separated by `&` alone; empty when there is none. */
  readonly query: string;
}

/** The first segment is the stage (AG-001). Slashes doubled before it and right after it count as one (AG-047, AG-048). */
export function splitTarget(target: string): RequestTarget {
  const mark = target.indexOf('?');
  const end = mark === -1 ? target.length : mark;
  let start = 0;
  while (start < end && target.charCodeAt(start) === 0x2f) start++;
  let stageEnd = target.indexOf('/', start);
  if (stageEnd === -1 || stageEnd > end) stageEnd = end;
  let rest = stageEnd;
  while (rest + 1 < end && target.charCodeAt(rest + 1) === 0x2f) rest++;
  return {
    stage: target.slice(start, stageEnd),
    path: rest === end ? '/' : target.slice(rest, end),
    contextPath: target.slice(start === 0 ? 0 : start - 1, end),
    query: mark === -1 ? '' : splitAtSemicolons(target.slice(mark + 1)),
  };
}

/** A raw semicolon ends a parameter as & does (AG-054). The backend is told &, too: it shall not read other parameters than were authorised. */
function splitAtSemicolons(query: string): string {
  return query.includes(';') ? query.replaceAll(';', '&') : query;
}

/** Of a request to a custom domain: neither stage nor base path is part of the resource's path (AG-012). Without a stage, the path has it (AG-535). */
export function domainTarget(target: string, rest: string, stage: string | undefined): RequestTarget {
  const mark = target.indexOf('?');
  const contextPath = mark === -1 ? target : target.slice(0, mark);
  if (stage === undefined) return { ...splitTarget(rest), contextPath };
  const end = rest.indexOf('?');
  const path = (end === -1 ? rest : rest.slice(0, end)).replace(/^\/{2,}/, '/');
  return { stage, path: path === '' ? '/' : path, contextPath, query: mark === -1 ? '' : splitAtSemicolons(target.slice(mark + 1)) };
}

/** Whether each `%` is followed by two hex digits. */
export function hasValidEscapes(text: string): boolean {
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at + 3)) {
    if (!isHexDigit(text.charCodeAt(at + 1)) || !isHexDigit(text.charCodeAt(at + 2))) return false;
  }
  return true;
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}
