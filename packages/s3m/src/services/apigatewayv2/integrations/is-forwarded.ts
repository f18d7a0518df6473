const token = String.raw`[!#$%&'*+\-.^_\`|~0-9A-Za-z]+`;
const pair = String.raw`${token}=(?:${token}|"(?:[^"\\]|\\.)*")`;
// No blank can be read in two ways, or many of them would take long.
const element = String.raw`[ \t]*(?:${pair}(?:;${pair})*[ \t]*)?`;
const elements = new RegExp(`^${element}(?:,${element})*$`);

/** Whether a value of `Forwarded` is well-formed (RFC 7239 section 4). */
export function isForwarded(value: string): boolean {
  return elements.test(value);
}
