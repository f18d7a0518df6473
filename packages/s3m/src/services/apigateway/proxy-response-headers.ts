import type { HeaderLines } from '../../http/message.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** Header lines for the client, and what was done to the backend's, for the trace. */
export interface ClientHeaders {
  readonly lines: string[];
  readonly renamed: readonly string[];
  readonly removed: readonly string[];
}

/** AG-243, AG-244, AG-246, AG-908: names that are the gateway's own come back under another. */
export const renames: ReadonlyMap<string, { readonly from: string; readonly to: string }> = new Map(
  ['Connection', 'Content-Length', 'Date', 'Server', 'WWW-Authenticate', 'x-amzn-requestid', 'x-amz-apigw-id'].map((name) => [
    name.toLowerCase(),
    { from: name, to: `x-amzn-Remapped-${name}` },
  ]),
);

/** AG-245; Content-Encoding passes, or the body could not be read. */
const drops: ReadonlyMap<string, string> = new Map(['Transfer-Encoding', 'Via', 'Keep-Alive'].map((name) => [name.toLowerCase(), name]));

const none: readonly string[] = [];

/** What the client gets of an HTTP_PROXY backend's headers: all but a few, each line by itself (AG-250, AG-251). */
export function toClientHeaders(request: GatewayRequest, headers: HeaderLines, bodiless: boolean): ClientHeaders {
  const lines: string[] = ['x-amzn-RequestId', request.id, 'x-amz-apigw-id', request.extendedId];
  let renamed: string[] | undefined;
  let removed: string[] | undefined;
  let typed = bodiless;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    const lower = name.toLowerCase();
    const rename = renames.get(lower);
    const drop = drops.get(lower);
    if (rename !== undefined) {
      lines.push(rename.to, headers[index + 1]!);
      (renamed ??= []).push(rename.from);
    } else if (drop !== undefined) {
      (removed ??= []).push(drop);
    } else {
      if (lower === 'content-type') typed = true;
      lines.push(name, headers[index + 1]!);
    }
  }
  if (!typed) lines.push('Content-Type', 'application/json'); // AG-070
  return { lines, renamed: renamed ?? none, removed: removed ?? none };
}
