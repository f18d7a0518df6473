import { toHeaderLines } from '../../../http/header-text.ts';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { HttpAnswer } from '../../../http/exchange.ts';
import { headerValue } from '../../../http/message.ts';
import { Refused } from '../failures.ts';
import { maxPayload } from '../front-end.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Outcome } from '../integration.ts';
import { preferredCoding } from './accept-encoding.ts';

const compressors = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** Compresses an integration's answer of at least `minimum` bytes for a client that asked for it, unless it is encoded already (AG-445). */
export async function compressAnswer(request: GatewayRequest, minimum: number, outcome: Outcome): Promise<Outcome> {
  if (outcome instanceof Refused || request.verb === 'HEAD') return outcome;
  const coding = preferredCoding(headerValue(request.headers, 'Accept-Encoding'));
  if (coding === undefined || headerValue(toHeaderLines(outcome.headers), 'Content-Encoding') !== undefined) return outcome;
  const body = await bytesOf(outcome);
  if (body.length === 0 || body.length < minimum) return { ...outcome, body };
  return { ...outcome, headers: [...toHeaderLines(outcome.headers), 'Content-Encoding', coding], body: await compressors[coding](body) };
}

async function bytesOf({ body }: HttpAnswer): Promise<Buffer> {
  if (body === undefined || typeof body === 'string') return Buffer.from(body ?? '');
  return Buffer.isBuffer(body) ? body : await body.readAll(maxPayload);
}
