import { BlockList, isIP } from 'node:net';

/** Addresses of one kind whose first bits agree. */
export interface IpRange {
  readonly family: 'ipv4' | 'ipv6';
  readonly block: BlockList;
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address (IAM-020). Undefined when it is neither. */
export function parseRange(text: string): IpRange | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return undefined;
  const [family, most] = version === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const);
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (!(bits <= most)) return undefined;
  const block = new BlockList();
  block.addSubnet(address, bits, family);
  return { family, block };
}

/** Undefined when `address` is no IP address. */
export function isInRange(address: string, range: IpRange): boolean | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return range.family === (version === 4 ? 'ipv4' : 'ipv6') && range.block.check(address, range.family);
}
