import { randomBytes } from 'node:crypto';

/** `Root=1-<time>-<random>` */
export function newTraceId(now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}

/** `Root=1-...;Parent=<random>;Sampled=0`: a caller's own parent and sampling stay (AG-240). */
export function withParent(traceId: string): string {
  return traceId.includes('Parent=') ? traceId : `${traceId};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
