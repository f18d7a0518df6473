/** An IPv4 range: `10.0.0.0/16`. `first` is the lowest address as a number. */
export interface Ipv4Range {
  readonly first: number;
  readonly prefix: number;
}

/** The number of `10.0.2.17`; undefined when the text is no IPv4 address in dotted form without leading zeros. */
export function tryParseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    number = number * 256 + Number(part);
  }
  return number;
}

/** @throws RangeError when the text is no IPv4 address. */
export function parseAddress(text: string): number {
  const number = tryParseAddress(text);
  if (number === undefined) throw new RangeError(`"${text}" is not an IPv4 address`);
  return number;
}

export function formatAddress(number: number): string {
  return [16_777_216, 65_536, 256, 1].map((unit) => Math.floor(number / unit) % 256).join('.');
}

/** A range in CIDR notation; host bits are cleared, as EC2 does. Undefined when it is none. */
export function tryParseRange(text: string): Ipv4Range | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const number = tryParseAddress(address);
  if (number === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  const prefix = Number(length);
  return { first: number - (number % rangeSize({ first: 0, prefix })), prefix };
}

export function formatRange(range: Ipv4Range): string {
  return `${formatAddress(range.first)}/${range.prefix}`;
}

export function rangeSize(range: Ipv4Range): number {
  return 2 ** (32 - range.prefix);
}

export function rangeHolds(range: Ipv4Range, address: number): boolean {
  return address >= range.first && address < range.first + rangeSize(range);
}

export function rangeCovers(outer: Ipv4Range, inner: Ipv4Range): boolean {
  return outer.prefix <= inner.prefix && rangeHolds(outer, inner.first);
}

export function rangesOverlap(one: Ipv4Range, other: Ipv4Range): boolean {
  return rangeHolds(one, other.first) || rangeHolds(other, one.first);
}
