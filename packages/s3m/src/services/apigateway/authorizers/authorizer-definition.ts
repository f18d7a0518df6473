import type { PropertyReader } from '../../property-reader.ts';
import type { Finding, Properties } from '../../resource-type.ts';
import type { Authorization } from '../access/authorization.ts';
import type { DeploymentServices } from '../deployment-services.ts';

/** `AWS::ApiGateway::Authorizer.Type` */
export type AuthorizerType = 'TOKEN' | 'REQUEST' | 'COGNITO_USER_POOLS';

/** What tells an authorizer from others. */
export interface AuthorizerName {
  readonly id: string;
  readonly name: string;
  readonly logicalId: string;
  readonly type: AuthorizerType;
  /** As AWS would see them. */
  readonly properties: Properties;
}

/** An authorizer as the API's draft holds it. */
export interface AuthorizerDefinition extends AuthorizerName {
  /** What the template says. Two with the same JSON are the same authorizer. */
  readonly settings: object;
  compile(services: DeploymentServices): Authorizer;
}

/** An authorizer as a deployment has it. */
export interface Authorizer {
  readonly definition: AuthorizerName;
  /** What results are kept by: when it changes, they are dropped (AG-115). Undefined when none are kept. */
  readonly cacheKeyParts: string | undefined;
  /** For a method with these `AuthorizationScopes`. */
  authorizationFor(scopes: readonly string[]): Authorization;
}

/** A type of authorizer: how it is checked and read. One file each, named after it. */
export interface AuthorizerKind {
  readonly type: AuthorizerType;
  /** What AWS would refuse, and what is not simulated. */
  check(properties: Properties): readonly Finding[];
  /** @throws ResourceFailure */
  parse(name: AuthorizerName, reader: PropertyReader): AuthorizerDefinition;
}
