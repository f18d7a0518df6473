const STAR = 0x2a;
const QUESTION = 0x3f;

/**
 * Whether `value` is of the form of `pattern`, as in IAM policies: `*` stands for any characters (none too, and `/` too),
 * `?` for exactly one. Everything else is compared as it is; there is no escape (AG-142, IAM-012).
 *
 * A star is tried where it stands last only: the parts between stars are found leftmost, which never costs a match. So the work is at most
 * proportional to `pattern.length * value.length`, and to `value.length` for patterns without parts that nearly match.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  let at = 0;
  let from = 0;
  let afterStar = -1;
  let resume = 0;
  while (from < value.length) {
    const wanted = at < pattern.length ? pattern.charCodeAt(at) : -1;
    if (wanted === STAR) {
      afterStar = ++at;
      resume = from;
    } else if (wanted === QUESTION || wanted === value.charCodeAt(from)) {
      at++;
      from++;
    } else if (afterStar >= 0) {
      at = afterStar;
      from = ++resume;
    } else return false;
  }
  while (pattern.charCodeAt(at) === STAR) at++;
  return at === pattern.length;
}
