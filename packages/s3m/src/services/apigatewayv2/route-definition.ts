/** `AWS::ApiGatewayV2::Route`, as the template gives it. */
export interface RouteDefinition {
  readonly id: string;
  readonly logicalId: string;
  /** `GET /weather/{id}`, `ANY /{proxy+}`, `$default`. */
  readonly routeKey: string;
  readonly integrationId: string;
  /** Undefined: anybody may call. */
  readonly authorizerId: string | undefined;
  readonly scopes: readonly string[];
}
