import { rangeCovers, tryParseRange, type Ipv4Range } from './ipv4.ts';

/** Ranges of which no host on the internet has an address: IANA's registry of special-purpose IPv4 addresses, multicast and reserved ones. */
const notOnInternet: readonly Ipv4Range[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
].flatMap((text) => tryParseRange(text) ?? []);

/** Whether a host on the internet may have an address of this range. */
export function isOnInternet(range: Ipv4Range): boolean {
  return !notOnInternet.some((special) => rangeCovers(special, range));
}
