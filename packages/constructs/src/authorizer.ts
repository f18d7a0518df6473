import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnPermission, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { apigateway, core, iam, lambda, logs } from './cdk.ts';
import { bundleAuthorizer } from './authorizer-bundle.ts';

export interface AuthorizerContext {
  readonly entry: string;
  readonly cacheTtl: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly issuer: string;
  readonly audience: string;
  readonly rolesTable: Table;
  readonly removalPolicy: RemovalPolicy;
}

/** RFC 6750, section 2.1: what doesn't look like a bearer token gets 401 without waking the function. */
const bearerToken = '^Bearer [-0-9A-Za-z._~+/]+=*$';

/** The gatekeeper: a function that answers which routes the bearer of a token may call, and its place in the API. */
export class Authorizer extends Construct {
  readonly handler: LambdaFunction;
  readonly tokenAuthorizer: TokenAuthorizer;
  /** What a deployment of the API depends on: a stage knows nothing of a change here until the next deployment (AG-123). */
  readonly settings: Readonly<Record<string, unknown>>;

  constructor(scope: Construct, id: string, context: AuthorizerContext) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_YEAR, removalPolicy: context.removalPolicy });
    // Own role instead of AWS's managed policy: to write these logs and to read one item of one table is all it may.
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    context.rolesTable.grant(role, 'dynamodb:GetItem');
    this.handler = bundleAuthorizer(
      context.entry,
      'node24',
      (code) =>
        new lambda.Function(this, 'Function', {
          code,
          handler: 'index.handler',
          runtime: lambda.Runtime.NODEJS_24_X,
          memorySize: 256,
          timeout: core.Duration.seconds(5),
          role,
          logGroup,
          environment: {
            ...context.environment,
            JWT_ISSUER: context.issuer,
            JWT_AUDIENCE: context.audience,
            ROLES_TABLE_NAME: context.rolesTable.tableName,
          },
        }),
    );
    this.tokenAuthorizer = new apigateway.TokenAuthorizer(this, 'TokenAuthorizer', {
      handler: this.handler,
      identitySource: apigateway.IdentitySource.header('Authorization'),
      validationRegex: bearerToken,
      resultsCacheTtl: context.cacheTtl,
    });
    this.settings = { validationRegex: bearerToken, cacheTtl: context.cacheTtl.toSeconds() };
    // T21: the source ARN names this authorizer; the account closes the gap for ARNs that could be reused elsewhere.
    for (const child of this.handler.node.findAll()) {
      if (lambda.CfnPermission.isCfnPermission(child)) (child satisfies CfnPermission).sourceAccount = core.Stack.of(this).account;
    }
  }
}
