/** Reads a matcher of HTTP codes: `200`, `200,204`, `200-399` (NLB-030). Undefined when it is none. */
export function tryMatcher(text: string): ((status: number) => boolean) | undefined {
  const ranges = text.split(',').map((part) => /^(\d{3})(?:-(\d{3}))?$/.exec(part.trim()));
  const bounds = ranges.map((match) => (match === null ? undefined : ([Number(match[1]), Number(match[2] ?? match[1])] as const)));
  if (bounds.some((bound) => bound === undefined || bound[0] < 200 || bound[1] > 599 || bound[0] > bound[1])) return undefined;
  return (status) => bounds.some((bound) => status >= bound![0] && status <= bound![1]);
}
