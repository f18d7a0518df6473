/** A function's ARN without qualifier, and the qualifier. */
export interface FunctionTarget {
  readonly arn: string;
  readonly qualifier?: string;
}

/** What an invocation URI names: `arn:...:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations` (AG-122, AG-280). Undefined when it is of another form. */
export function parseInvocationUri(uri: string): FunctionTarget | undefined {
  const match =
    /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:/]+)(?::([^:/]+))?\/invocations$/.exec(
      uri,
    );
  if (match === null) return undefined;
  return { arn: match[1]!, ...(match[2] === undefined ? {} : { qualifier: match[2] }) };
}
