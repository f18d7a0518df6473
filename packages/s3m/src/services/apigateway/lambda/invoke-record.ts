import type { InvokeResult } from '../../../capabilities/invocable.ts';
import type { ApiFacts } from '../../../gateway/api-facts.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { ExchangeRecord } from '../logging/exchange-record.ts';
import { traceIdOf } from '../trace-id.ts';

/** Lambda's own URL of a function, as execution logs have it (AG-467). */
export function invokeUrl({ host, id }: Pick<ApiFacts, 'host' | 'id'>, { arn, qualifier }: FunctionTarget): string {
  const name = qualifier === undefined ? arn : `${arn}:${qualifier}`;
  return `https://${lambdaHost(host, id)}/2015-03-31/functions/${name}/invocations`;
}

/** What went to Lambda, for the execution log: AWS's headers but those of the signature, which nothing here needs (AG-152, AG-912). */
export function invokeRequest(
  request: GatewayRequest,
  { api, target, from, event }: { readonly api: ApiFacts; readonly target: FunctionTarget; readonly from: string; readonly event: string },
): NonNullable<ExchangeRecord['sent']> {
  const headers = invokeHeaders(api, { requestId: request.id, from });
  headers.push('X-Amzn-Trace-Id', traceIdOf(request));
  return { uri: invokeUrl(api, target), headers, body: Buffer.from(event) };
}

export function invokeHeaders(
  { host, id }: Pick<ApiFacts, 'host' | 'id'>,
  { requestId, from }: { readonly requestId: string; readonly from: string },
): string[] {
  return [
    'x-amzn-lambda-integration-tag',
    requestId,
    'x-amzn-apigateway-api-id',
    id,
    'X-Amz-Source-Arn',
    from,
    'Accept',
    'application/json',
    'User-Agent',
    `AmazonAPIGateway_${id}`,
    'Host',
    lambdaHost(host, id),
  ];
}

/** Of Lambda's answer to an invocation. */
export function invokeAnswerHeaders(result: InvokeResult & { readonly kind: 'success' | 'function-error' }): string[] {
  return [
    'Content-Type',
    'application/json',
    'x-amzn-RequestId',
    result.requestId,
    'X-Amz-Executed-Version',
    result.executedVersion ?? '$LATEST',
    ...(result.kind === 'function-error' ? ['X-Amz-Function-Error', 'Unhandled'] : []),
  ];
}

function lambdaHost(host: string, apiId: string): string {
  return host.replace(`${apiId}.execute-api.`, 'lambda.');
}
