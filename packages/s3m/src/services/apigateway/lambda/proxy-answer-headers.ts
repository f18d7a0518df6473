import type { HeaderLines } from '../../../http/message.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { renamed } from '../proxy-response-headers.ts';
import { traceIdOf } from '../trace-id.ts';

/**
 * The client's header lines of a function's answer: names that are the gateway's own come back under another, Transfer-Encoding does not
 * (AG-243, AG-246, AG-908); JSON unless the function says what it is (AG-294); the trace's id (AG-248, AG-249).
 */
export function functionAnswerHeaders(request: GatewayRequest, headers: HeaderLines, bodiless: boolean): string[] {
  const lines: string[] = ['x-amzn-RequestId', request.id, 'x-amz-apigw-id', request.extendedId, 'X-Amzn-Trace-Id', traceIdOf(request)];
  let typed = bodiless;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index]!;
    const lower = name.toLowerCase();
    if (lower === 'transfer-encoding' || lower === 'keep-alive') continue;
    if (lower === 'content-type') typed = true;
    lines.push(renamed(name) ?? (lower === 'x-amzn-trace-id' ? `x-amzn-Remapped-${name}` : name), headers[index + 1]!);
  }
  if (!typed) lines.push('Content-Type', 'application/json');
  return lines;
}
