import { BodyTooLarge, headerValue } from '../../../http/message.ts';
import { ownAnswer } from '../application/own-answers.ts';
import { MalformedFunctionAnswer, parseFunctionAnswer } from './function-answer.ts';
import { functionEvent } from './function-event.ts';
import type { FunctionAnswer, FunctionRequest, FunctionTargetGroup } from './function-group.ts';

/** Of a request's body, and of the JSON that a function answers, in bytes (ALB user guide, "Limits"). */
const most = 1_048_576;

/** Invokes the function of a group: 413 for a body that is too large, 502 for whatever is wrong with function or answer (ALB user guide, "Lambda functions as targets"). */
export async function invokeTarget(
  { arn, settings, account, name }: FunctionTargetGroup,
  { request, exchange, headers, onFailure }: FunctionRequest,
): Promise<FunctionAnswer> {
  const fail = (why: string): FunctionAnswer => {
    onFailure(`target group "${name}": ${why}`);
    return ownAnswer(502);
  };
  const { functionArn, multiValue } = settings;
  const [base, qualifier] = splitQualifier(functionArn ?? '');
  const target = account.directory.find('function', base);
  if (functionArn === undefined || target === undefined) {
    onFailure(`target group "${name}" has no registered target`);
    return ownAnswer(503); // NLB-070
  }
  if (headerValue(request.headers, 'Upgrade') !== undefined) return ownAnswer(400);
  let body: Buffer;
  try {
    body = exchange.head.framing.kind === 'none' ? Buffer.alloc(0) : await exchange.body.readAll(most);
  } catch (error) {
    return error instanceof BodyTooLarge ? ownAnswer(413) : ownAnswer(400);
  }
  const traceId = headerValue(headers, 'X-Amzn-Trace-Id');
  const result = await target.invoke({
    event: functionEvent(request, headers, body, { groupArn: arn, multiValue }),
    isJson: true,
    invoker: { principal: 'elasticloadbalancing.amazonaws.com', sourceArn: arn, sourceAccount: account.id },
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(traceId === undefined ? {} : { traceId }),
  });
  if (result.kind === 'refused') return fail(`${target.name} was not invoked: ${result.message}`);
  if (result.kind === 'function-error') return fail(`${target.name} failed: ${result.errorType}: ${result.errorMessage}`);
  if (Buffer.byteLength(result.payload) > most) return fail(`the answer of ${target.name} is larger than ${most} bytes`);
  try {
    return parseFunctionAnswer(result.payload, multiValue);
  } catch (error) {
    if (error instanceof MalformedFunctionAnswer)
      return fail(`the answer of ${target.name} is not what a load balancer takes: ${error.message}`);
    throw error;
  }
}

/** `arn:...:function:NAME`, and what stands behind it: an alias or a version. */
function splitQualifier(arn: string): readonly [base: string, qualifier: string | undefined] {
  const parts = arn.split(':');
  return [parts.slice(0, 7).join(':'), parts[7]];
}
