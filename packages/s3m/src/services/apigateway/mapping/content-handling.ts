import { decodeBase64 } from '../../../gateway/base64-body.ts';
import { compileBinaryMediaTypes, firstMediaType, type BinaryTest } from '../../../gateway/binary-media-types.ts';
import { headerValue } from '../../../http/message.ts';
import type { PropertyReader } from '../../property-reader.ts';
import type { ApiSettings } from '../api-settings.ts';
import { configurationError, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';

/** `ContentHandling` of an integration or of one of its responses; undefined: as the media types say. */
export type ContentHandling = 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT' | undefined;

export function parseContentHandling(reader: PropertyReader): ContentHandling {
  return reader.has('ContentHandling') ? reader.oneOf('ContentHandling', ['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT']) : undefined;
}

/** A text that should have been base64 (AG-443). */
export const notBase64: unique symbol = Symbol('not base64');

/** Makes of a request's body what the integration's templates and backend get (AG-441). */
export type RequestConverter = (request: GatewayRequest, body: Buffer) => Buffer | Refused;

export function createRequestConverter(
  handling: ContentHandling,
  { binaryMediaTypes }: Pick<ApiSettings, 'binaryMediaTypes'>,
): RequestConverter {
  if (handling === undefined) return (_, body) => body;
  const isBinary = compileBinaryMediaTypes(binaryMediaTypes);
  return ({ headers }, body) => {
    if (isBinary(firstMediaType(headerValue(headers, 'Content-Type')))) {
      return handling === 'CONVERT_TO_TEXT' ? Buffer.from(body.toString('base64')) : body;
    }
    if (handling === 'CONVERT_TO_TEXT') return body;
    const bytes = fromBase64(body);
    // AG-443
    return bytes === notBase64 ? new Refused(configurationError, 'ContentHandling is CONVERT_TO_BINARY, and the body is no base64') : bytes;
  };
}

/** What becomes of a backend's answer (AG-442): binary is made a text before templates see it, a text is made binary after them. */
export interface ResponseConversion {
  readonly before: 'to-text' | undefined;
  readonly after: 'to-binary' | undefined;
}

export function planResponse(facts: {
  readonly handling: ContentHandling;
  readonly isBinary: BinaryTest;
  readonly contentType: string | undefined;
  readonly accept: string | undefined;
}): ResponseConversion {
  const { handling, isBinary } = facts;
  const wantsText = handling === undefined ? !isBinary(firstMediaType(facts.accept)) : handling === 'CONVERT_TO_TEXT';
  if (isBinary(firstMediaType(facts.contentType))) return { before: wantsText ? 'to-text' : undefined, after: undefined };
  return { before: undefined, after: wantsText ? undefined : 'to-binary' };
}

/** The bytes of a text in base64, blanks around it left out. */
export function fromBase64(body: Buffer | string): Buffer | typeof notBase64 {
  return decodeBase64((typeof body === 'string' ? body : body.toString('latin1')).trim()) ?? notBase64;
}
