import type { ResponseParameters } from './response-mapping.ts';

interface Common {
  readonly id: string;
  readonly logicalId: string;
  readonly requestParameters: Readonly<Record<string, string>>;
  readonly responseParameters: ResponseParameters;
  /** 50 to 30,000; 30,000 by default (AG-558). */
  readonly timeoutMs: number;
}

/** A Lambda function (AG-588). */
export interface LambdaDefinition extends Common {
  readonly kind: 'lambda';
  /** A function's ARN or invocation URI, stage variables unresolved. */
  readonly uri: string;
  readonly payloadFormat: '1.0' | '2.0';
  /** A role's ARN: it is the caller, and no permission of the function is needed. */
  readonly credentials?: string;
}

/** An HTTP backend on the Internet, or a listener behind a VPC link (AG-577). */
export interface HttpDefinition extends Common {
  readonly kind: 'http';
  /** A verb, or `ANY` for the client's. */
  readonly method: string;
  /** With a local address where there is one; a listener's ARN with a VPC link. Stage variables are unresolved. */
  readonly uri: string;
  readonly vpcLinkId?: string;
  /** `TlsConfig.ServerNameToVerify`: TLS behind the link, by this name (AG-579). */
  readonly serverName?: string;
}

/** `AWS::ApiGatewayV2::Integration`, as the template gives it. */
export type IntegrationDefinition = LambdaDefinition | HttpDefinition;
