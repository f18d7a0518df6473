import { isIPv4, isIPv6 } from 'node:net';
import { FunctionFailure, within } from '../function-failure.ts';
import { isJsonArray, type Json } from '../json.ts';
import { scalarText } from '../scalar-text.ts';
import type { IntrinsicFunction } from '../scope.ts';
import { firstUnresolved } from '../unresolved.ts';

const malformed =
  'Template error: every Fn::Cidr object requires two or three parameters, an IP block, a count from 1 to 256 and host bits';

/** `{"Fn::Cidr": [ipBlock, count, cidrBits]}`: `count` blocks with `cidrBits` host bits each, 8 by default (CFN-003). */
export const cidr: IntrinsicFunction = {
  name: 'Fn::Cidr',
  check(argument) {
    if (!isJsonArray(argument) || argument.length < 2 || argument.length > 3) throw new FunctionFailure(malformed);
  },
  resolve(argument, scope) {
    const [block, count, bits] = (argument as readonly Json[]).map((item, index) => scalarText(within(index, () => scope.resolve(item))));
    const unknown = firstUnresolved(block, count, bits);
    if (unknown !== undefined) return unknown;
    const [blocks, hostBits] = [Number(count), Number(bits ?? 8)];
    if (block === undefined || !Number.isInteger(blocks) || blocks < 1 || blocks > 256 || !Number.isInteger(hostBits)) {
      throw new FunctionFailure(malformed);
    }
    return divide(block, blocks, hostBits);
  },
};

function divide(block: string, count: number, hostBits: number): string[] {
  const [address = '', length = ''] = block.split('/');
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const prefix = Number(length);
  const newPrefix = width - hostBits;
  if (width === 0 || length === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > width)
    throw new FunctionFailure(`Template error: Fn::Cidr: "${block}" is not a CIDR block`);
  if (hostBits < 0 || newPrefix < prefix || 2n ** BigInt(newPrefix - prefix) < BigInt(count)) {
    throw new FunctionFailure(`Template error: Fn::Cidr: ${block} has no room for ${count} blocks of ${hostBits} host bits`);
  }
  const number = width === 32 ? fromIPv4(address) : fromIPv6(address);
  const size = 2n ** BigInt(width - prefix);
  const first = (number / size) * size;
  return Array.from({ length: count }, (_, index) => {
    const start = first + (BigInt(index) << BigInt(hostBits));
    return `${width === 32 ? toIPv4(start) : toIPv6(start)}/${newPrefix}`;
  });
}

function fromIPv4(text: string): bigint {
  return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function toIPv4(number: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
}

function fromIPv6(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** RFC 5952: lower case, the longest run of zero groups shortened. */
function toIPv6(number: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((number >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const text = groups.join(':');
  const zeros = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].toSorted((a, b) => b[0].length - a[0].length)[0];
  if (zeros === undefined) return text;
  const before = text.slice(0, zeros.index);
  const after = text.slice(zeros.index + zeros[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
