/** `AWS::ApiGatewayV2::Route`, as the template gives it. */
export interface RouteDefinition {
  readonly id: string;
  readonly logicalId: string;
  /** `GET /weather/{id}`, `ANY /{proxy+}`, `$default`. */
  readonly routeKey: string;
  readonly integrationId: string;
  /** Who may call: anybody, who signs with credentials of the account, or whom an authorizer lets in. */
  readonly access: 'anybody' | 'iam' | { readonly authorizerId: string };
  readonly scopes: readonly string[];
}
