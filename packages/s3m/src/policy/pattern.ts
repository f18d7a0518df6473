const STAR = 0x2a;
const QUESTION = 0x3f;

/**
 * Whether `value` is of the form of `pattern`, as in IAM policies: `*` stands for any characters (none, `/` and `:` too), `?` for
 * exactly one. Everything else is compared as it is, case included; there is no escape (IAM-015, AG-156).
 *
 * Each part between two stars is taken where it is first found, and only the last star is ever tried again: no recursion, no pattern
 * that takes exponential time.
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
      if (at === pattern.length) return true;
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
