import { BodyTooLarge } from '../../../http/message.ts';
import { badRequest, entityTooLarge, Refused } from '../failures.ts';
import type { HttpApiRequest } from './http-api-request.ts';
import { maxPayload } from './sizes.ts';

/** Reads the whole body into `request.bytes`, once; says why when that fails. */
export async function readBody(request: HttpApiRequest): Promise<Refused | undefined> {
  if (!request.hasBody || request.bytes !== undefined) return undefined;
  try {
    request.bytes = await request.body.readAll(maxPayload);
    return undefined;
  } catch (error) {
    if (error instanceof BodyTooLarge) return new Refused(entityTooLarge, `The body has more than ${maxPayload} bytes`); // AG-557
    return new Refused(badRequest, `The request's body did not come to its end: ${(error as Error).message}`);
  }
}
