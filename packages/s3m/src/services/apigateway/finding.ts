import type { Finding } from '../resource-type.ts';

/** What AWS would refuse, in its words. */
export function invalid(property: string, message: string, fix?: string): Finding {
  return { property, kind: 'invalid', message, ...(fix === undefined ? {} : { fix }) };
}

/** What AWS can and this engine can't. */
export function unsupported(property: string, message: string, fix?: string): Finding {
  return { property, kind: 'unsupported', message, ...(fix === undefined ? {} : { fix }) };
}
