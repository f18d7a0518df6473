import type { HttpAnswer } from './exchange.ts';
import { WholeBody } from './whole-body.ts';

/** Whether the body is there to its last byte. */
export function isWhole(body: HttpAnswer['body']): body is string | Buffer | WholeBody {
  return typeof body === 'string' || Buffer.isBuffer(body) || body instanceof WholeBody;
}

/** Lets go of a body that nobody will get. */
export function discardBody({ body }: HttpAnswer): void {
  if (body !== undefined && !isWhole(body)) body.discard();
}
