/** `AWS::ApiGateway::Authorizer` of type TOKEN, as the template gives it. */
export interface AuthorizerDefinition {
  readonly id: string;
  readonly name: string;
  readonly logicalId: string;
  /** `arn:...:functions/FUNCTION_ARN/invocations`, stage variables unresolved (AG-122). */
  readonly uri: string;
  /** Name of the header that carries the identity (AG-078). */
  readonly header: string;
  /** `IdentityValidationExpression`; absent: any value will do. */
  readonly validation?: string;
  /** 0 disables the cache (AG-108). */
  readonly ttlSeconds: number;
}

/** The header that an identity source of a TOKEN authorizer names: `method.request.header.Authorization` (AG-078). */
export function parseIdentitySource(source: string): string | undefined {
  return /^method\.request\.header\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/.exec(source.trim())?.[1];
}
