/** A function's ARN without qualifier, and the qualifier. */
export interface FunctionTarget {
  readonly arn: string;
  readonly qualifier?: string;
}

/** What a function's ARN names, with or without qualifier. Undefined when it is of another form. */
export function parseFunctionArn(arn: string): FunctionTarget | undefined {
  const match = /^(arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:/]+)(?::([^:/]+))?$/.exec(arn);
  if (match === null) return undefined;
  return { arn: match[1]!, ...(match[2] === undefined ? {} : { qualifier: match[2] }) };
}

/**
 * What an invocation URI names: `arn:...:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations` (AG-122, AG-280).
 * Undefined when it is of another form.
 */
export function parseInvocationUri(uri: string): FunctionTarget | undefined {
  const arn = /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1];
  return arn === undefined ? undefined : parseFunctionArn(arn);
}
