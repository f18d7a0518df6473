import type { Invocable, InvokeRequest, InvokeResult } from '../../../../src/capabilities/invocable.ts';
import type { Properties } from '../../../../src/services/resource-type.ts';
import type { Gateway } from '../gateway-fixture.ts';

export const workArn = 'arn:aws:lambda:us-east-1:000000000000:function:work';

/** What the function is given by a proxy integration. */
export interface WorkEvent {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly queryStringParameters: Record<string, string>;
  readonly multiValueQueryStringParameters: Record<string, string[]>;
  readonly pathParameters: Record<string, string>;
  readonly stageVariables: Record<string, string>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** A function that answers as told, and keeps what it was asked. */
export class WorkFunction implements Invocable {
  readonly arn: string = workArn;
  readonly name: string = 'work';
  readonly requests: InvokeRequest[] = [];
  /** A result of the function, a whole {@link InvokeResult}, or an error that it throws. */
  handler: (event: WorkEvent) => unknown = () => ({});

  get events(): WorkEvent[] {
    return this.requests.map(({ event }) => JSON.parse(event) as WorkEvent);
  }

  async invoke(request: InvokeRequest): Promise<InvokeResult> {
    this.requests.push(request);
    const base = { requestId: 'r-1', durationMs: 1, logs: [`START of ${this.requests.length}`] };
    try {
      const result = await this.handler(parse(request.event));
      if (typeof result === 'object' && result !== null && 'kind' in result) return result as InvokeResult;
      return { ...base, kind: 'success', payload: JSON.stringify(result) ?? 'null' };
    } catch (error) {
      const { name, message } = error as Error;
      return {
        ...base,
        kind: 'function-error',
        payload: JSON.stringify({ errorType: name, errorMessage: message }),
        errorType: name,
        errorMessage: message,
      };
    }
  }
}

/** Nothing for what is no JSON: that is not this function's to refuse. */
function parse(event: string): WorkEvent {
  try {
    return JSON.parse(event) as WorkEvent;
  } catch {
    return {} as WorkEvent;
  }
}

export function invocationUri(arn: string = workArn): string {
  return `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

/** Properties of a Lambda proxy integration. */
export function awsProxy(more: Properties = {}): Properties {
  return { Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: invocationUri(), ...more } };
}

export function provideFunction(gateway: Gateway, handler?: WorkFunction['handler']): WorkFunction {
  const work = new WorkFunction();
  if (handler !== undefined) work.handler = handler;
  gateway.account.directory.provide('function', workArn, work);
  return work;
}
