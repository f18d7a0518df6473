import type { HeaderLines } from '../../../http/message.ts';
import { credentialHeaders, maskTail } from './mask-tail.ts';

/** As Java prints a map. Credentials are masked (AG-469). */
export function javaMap(pairs: HeaderLines): string {
  const entries: string[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index]!;
    const value = pairs[index + 1]!;
    entries.push(`${name}=${credentialHeaders.has(name.toLowerCase()) ? maskTail(value) : value}`);
  }
  return `{${entries.join(', ')}}`;
}
