import type { ServiceError } from './service-error.ts';

/** A part of a list, and the token for what follows it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** The items after `token`, `size` at the most. @throws ServiceError, `invalid`, for what is no token of ours */
export function pageOf<T>(items: readonly T[], token: string | undefined, size: number, invalid: () => ServiceError): Page<T> {
  const start = token === undefined ? 0 : readToken(token);
  if (start === undefined) throw invalid();
  const end = start + size;
  return { items: items.slice(start, end), next: end < items.length ? writeToken(end) : undefined };
}

function writeToken(start: number): string {
  return Buffer.from(`from ${start}`).toString('base64');
}

function readToken(token: string): number | undefined {
  const start = /^from (\d{1,9})$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  return start === undefined ? undefined : Number(start);
}
