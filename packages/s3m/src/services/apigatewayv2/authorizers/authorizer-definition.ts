interface Common {
  readonly id: string;
  readonly name: string;
  readonly logicalId: string;
}

/** An authorizer of type JWT (AG-562). */
export interface JwtDefinition extends Common {
  readonly kind: 'jwt';
  /** `$request.header.Authorization`, or another header or query parameter. */
  readonly identitySource: string;
  /** With a local address where there is one. */
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** An authorizer of type REQUEST: a Lambda function (AG-568). */
export interface LambdaAuthorizerDefinition extends Common {
  readonly kind: 'lambda';
  /** Invocation URI, stage variables unresolved. */
  readonly uri: string;
  /** A role's ARN: it is the caller, and no permission of the function is needed (AG-120). */
  readonly credentials?: string;
  readonly payloadFormat: '1.0' | '2.0';
  /** AG-570 */
  readonly simpleResponses: boolean;
  readonly identitySources: readonly string[];
  /** 0: nothing is cached (AG-575). */
  readonly ttlSeconds: number;
}

/** `AWS::ApiGatewayV2::Authorizer`, as the template gives it. */
export type AuthorizerDefinition = JwtDefinition | LambdaAuthorizerDefinition;
