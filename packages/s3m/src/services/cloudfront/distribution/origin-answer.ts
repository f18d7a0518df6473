import type { Readable } from 'node:stream';

/** What an origin has answered. Somebody has to read or destroy the body. */
export interface EdgeAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | Readable;
}

/** Lets go of an answer that nobody wants any more. */
export function drop({ body }: EdgeAnswer): void {
  if (!Buffer.isBuffer(body)) body.destroy();
}
