import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { headerValues } from '../../../http/message.ts';
import { Refused, unsupportedMediaType } from '../failures.ts';
import { maxPayload, payloadTooLarge } from '../front-end.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Outcome } from '../integration.ts';
import { JsonDocument } from '../mapping/json-document.ts';
import type { Step } from '../passage.ts';
import { readRequestBody } from '../request-body.ts';

const decoders = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
]);

/** Where the API has compression on, a body in `Content-Encoding` is decoded before anything looks into it (AG-444). */
export const decodeBody: Step = ({ request, snapshot }) => {
  if (snapshot!.minimumCompressionSize === undefined || !request.hasBody) return undefined;
  const codings = headerValues(request.headers, 'Content-Encoding')
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  return codings.length === 0 ? undefined : decode(request, codings);
};

async function decode(request: GatewayRequest, codings: readonly string[]): Promise<Outcome | undefined> {
  const decoder = codings.length === 1 ? decoders.get(codings[0]!) : undefined;
  if (decoder === undefined)
    return new Refused(unsupportedMediaType, `Content-Encoding is ${codings.join(', ')}. Allowed: gzip, deflate, identity`);
  const body = await readRequestBody(request);
  if (!Buffer.isBuffer(body)) return body;
  try {
    const bytes = await decoder(body, { maxOutputLength: maxPayload });
    request.wholeBody = Promise.resolve(bytes);
    request.document = new JsonDocument(bytes);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return payloadTooLarge;
    return new Refused(unsupportedMediaType, `The body is no ${codings[0]}: ${(error as Error).message}`);
  }
}
