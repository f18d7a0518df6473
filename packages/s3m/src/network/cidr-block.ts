import { tryParseRange, type Ipv4Range } from './ipv4.ts';
import { NetworkModelError } from './network-model-error.ts';

/** Prefixes that EC2 takes for a VPC and for a subnet. */
const shortest = 16;
const longest = 28;

/** The range of a VPC or a subnet. @param code of the error for one that is too large or too small @throws NetworkModelError */
export function parseCidrBlock(cidr: string, code: string): Ipv4Range {
  const range = tryParseRange(cidr);
  if (range === undefined) {
    throw new NetworkModelError(
      'InvalidParameterValue',
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (range.prefix < shortest || range.prefix > longest) throw new NetworkModelError(code, `The CIDR '${cidr}' is invalid.`);
  return range;
}
