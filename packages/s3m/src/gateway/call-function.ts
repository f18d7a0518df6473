import type { Directory } from '../capabilities/directory.ts';
import type { InvokeResult } from '../capabilities/invocable.ts';
import type { Clock } from '../clock/clock.ts';
import type { FunctionTarget } from './function-target.ts';
import { within } from './within.ts';

/** One invocation of a function by a gateway. */
export interface FunctionCall {
  readonly target: FunctionTarget;
  /** JSON text. */
  readonly event: string;
  /** `isJson` when the gateway wrote the event itself: it need not be parsed to see that it is JSON. */
  readonly isJson: boolean;
  /** What the function's permission must name (LMB-060, LMB-062). */
  readonly sourceArn: string;
  readonly accountId: string;
  /** A role's ARN: it is the caller then, and no permission of the function is needed (LMB-060). */
  readonly credentials?: string | undefined;
  /** Type `Event`: the function gets the event later, and the outcome is a success without a payload (AG-284). */
  readonly later?: boolean;
  /** `Root=1-...` */
  readonly traceId?: string;
  readonly timeoutMs: number;
}

/** What became of it, with what only a gateway knows: that there is no such function, or that it took too long. */
export type CallOutcome = InvokeResult | { readonly kind: 'no-function' } | { readonly kind: 'timed-out' };

/** Invokes a function as API Gateway. One that takes too long is not stopped, only not waited for (AG-300). It is never tried again (AG-304). */
export async function callFunction(directory: Directory, clock: Clock, call: FunctionCall): Promise<CallOutcome> {
  const { target, event, isJson, sourceArn, accountId, credentials, traceId, later } = call;
  const invocable = directory.find('function', target.arn);
  if (invocable === undefined) return { kind: 'no-function' };
  const invocation = invocable.invoke({
    event,
    isJson,
    invoker:
      credentials === undefined
        ? { principal: 'apigateway.amazonaws.com', sourceArn, sourceAccount: accountId }
        : { principal: credentials },
    ...(target.qualifier === undefined ? {} : { qualifier: target.qualifier }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(later === true ? { later } : {}),
  });
  return (await within(invocation, call.timeoutMs, clock)) ?? { kind: 'timed-out' };
}
