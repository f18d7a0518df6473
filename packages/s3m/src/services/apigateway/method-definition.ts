/** `AWS::ApiGateway::Method`, as the template gives it. */
export interface MethodDefinition {
  readonly logicalId: string;
  readonly resourceId: string;
  /** A verb, or `ANY`. */
  readonly verb: string;
  /** Of the authorizer, with `AuthorizationType: CUSTOM`; undefined with NONE. */
  readonly authorizerId: string | undefined;
  /** A method without one cannot be deployed (AG-521). */
  readonly integration: IntegrationDefinition | undefined;
}

export type IntegrationDefinition = MockDefinition | HttpProxyDefinition;

/** AG-316 to AG-325 */
export interface MockDefinition {
  readonly kind: 'mock';
  readonly passthrough: PassthroughBehavior;
  /** Media type to template. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly responses: readonly IntegrationResponseDefinition[];
}

export type PassthroughBehavior = 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';

export interface IntegrationResponseDefinition {
  readonly statusCode: number;
  /** Absent: the default response. */
  readonly selectionPattern?: string;
  /** `method.response.header.NAME` to mapping expression. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Media type to template. */
  readonly templates: Readonly<Record<string, string>>;
}

/** AG-204 to AG-240 */
export interface HttpProxyDefinition {
  readonly kind: 'http-proxy';
  /** A verb, or `ANY` for the client's own (AG-204). */
  readonly verb: string;
  readonly uri: string;
  /** Id of the VPC link, maybe from a stage variable (AG-183); undefined: over the Internet (AG-177). */
  readonly vpcLinkId: string | undefined;
  readonly timeoutMs: number;
  /** `integration.request.header.NAME`, `.querystring.NAME`, `.path.NAME` to mapping expression. */
  readonly parameters: Readonly<Record<string, string>>;
}
