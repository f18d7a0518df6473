import type { HttpLimits } from './exchange.ts';

/**
 * Bounds when nothing else is asked for. A URL may have 10,240 characters (AG-432) and all header lines together 10,240 bytes (AG-431, AG-558);
 * the request line has 64 bytes more for method and version.
 */
export const defaultLimits: HttpLimits = {
  requestLine: 10_240 + 64,
  headerBytes: 10_240,
  headerCount: 200,
  headTimeoutMs: 10_000,
  bodyIdleTimeoutMs: 30_000,
  bodyTimeoutMs: 300_000,
  keepAliveTimeoutMs: 60_000,
};
