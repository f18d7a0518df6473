import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { Api, stageUrl } from './api.ts';
import { Authorizer } from './authorizer.ts';
import { core } from './cdk.ts';
import { PrivateNetwork } from './private-network.ts';
import { createRolesTable } from './roles-table.ts';
import { S3mService, type ServiceProps } from './service.ts';
import { Site, type SiteProps } from './site.ts';

/** The function that decides who may call what. */
export interface AuthorizerProps {
  /** Source file, TypeScript or JavaScript, that exports `handler`; see `createAuthorizer` of @s3m/authorizer. */
  readonly entry: string;
  /** How long API Gateway remembers an answer; a revoked role is served no longer than this. 0 turns it off, an hour is the most. Default: 5 minutes. */
  readonly cacheTtl?: Duration;
  /** Variables for the function, beside `JWT_ISSUER`, `JWT_AUDIENCE` and `ROLES_TABLE_NAME`. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface S3mProps {
  readonly authorizer: AuthorizerProps;
  readonly site: SiteProps;
  /** Default: 1. One for each of the two zones keeps image pulls going when a zone is lost. */
  readonly natGateways?: number;
  /** What becomes of the roles table and the logs when the stack is deleted. Default: they stay. */
  readonly removalPolicy?: RemovalPolicy;
}

/** A path segment that no router, policy or header reads in two ways. */
const serviceName = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/**
 * A static site, a gateway that lets nothing through without the authorizer's consent, and services on a private network.
 *
 * The stack gets the parameters `JwtIssuer` and `JwtAudience`, and the outputs `ApiUrl`, `SiteUrl` and `RolesTableName`.
 */
export class S3m extends Construct {
  readonly vpc: Vpc;
  readonly restApi: RestApi;
  /** For methods that you add yourself: none is guarded unless it names it. */
  readonly authorizer: TokenAuthorizer;
  readonly rolesTable: Table;
  /** The site's address and origin. */
  readonly siteUrl: string;
  /** Address of the API's stage, without a slash at the end. */
  readonly apiUrl: string;
  readonly #network: PrivateNetwork;
  readonly #site: Site;
  readonly #api: Api;
  readonly #removalPolicy: RemovalPolicy;
  readonly #services: S3mService[] = [];

  constructor(scope: Construct, id: string, props: S3mProps) {
    super(scope, id);
    const stack = core.Stack.of(this);
    this.#removalPolicy = props.removalPolicy ?? core.RemovalPolicy.RETAIN;
    const issuer = new core.CfnParameter(stack, 'JwtIssuer', {
      description:
        'Issuer of the tokens, exactly as in their claim "iss"; keys are found through its OpenID discovery document. HTTPS, or HTTP on this machine',
      allowedPattern: '^(https://[^\\s/]+|http://(localhost|127\\.0\\.0\\.1)(:[0-9]+)?)(/\\S*)?$',
      constraintDescription: 'must be an https:// address',
    });
    const audience = new core.CfnParameter(stack, 'JwtAudience', {
      description: 'Audience for which tokens must be made out: their claim "aud" (in access tokens of Amazon Cognito: "client_id")',
      allowedPattern: '^\\S+$',
      constraintDescription: 'must not be empty or contain blanks',
    });
    this.#network = new PrivateNetwork(this, 'Network', { natGateways: props.natGateways ?? 1 });
    this.vpc = this.#network.vpc;
    this.rolesTable = createRolesTable(this, this.#removalPolicy);
    this.#site = new Site(this, 'Site', props.site);
    const authorizer = new Authorizer(this, 'Authorizer', {
      entry: props.authorizer.entry,
      cacheTtl: props.authorizer.cacheTtl ?? core.Duration.minutes(5),
      environment: props.authorizer.environment ?? {},
      issuer: issuer.valueAsString,
      audience: audience.valueAsString,
      rolesTable: this.rolesTable,
      removalPolicy: this.#removalPolicy,
    });
    this.authorizer = authorizer.tokenAuthorizer;
    this.#api = new Api(this, 'Api', { authorizer, siteOrigin: this.#site.origin, loadBalancer: this.#network.loadBalancer });
    this.restApi = this.#api.restApi;
    this.apiUrl = stageUrl(this.restApi);
    this.siteUrl = this.#site.origin;
    this.#site.deploy({
      apiUrl: this.apiUrl,
      issuer: issuer.valueAsString,
      audience: audience.valueAsString,
    });
    new core.CfnOutput(stack, 'ApiUrl', { description: 'Address of the API; each service is below it under its name', value: this.apiUrl });
    new core.CfnOutput(stack, 'SiteUrl', { description: 'Address of the site', value: this.siteUrl });
    new core.CfnOutput(stack, 'RolesTableName', {
      description: `Table of roles. To give someone a role: aws dynamodb put-item --table-name TABLE --item '{"subject":{"S":"SUB_OF_THE_TOKEN"},"roles":{"SS":["administrator"]}}'`,
      value: this.rolesTable.tableName,
    });
  }

  /** The services, in the order in which they were added. */
  get services(): readonly S3mService[] {
    return this.#services;
  }

  /** Runs a service on the private network and opens it at `/NAME`. Names are of lower-case letters, digits and hyphens. */
  addService(name: string, props: ServiceProps): S3mService {
    if (!serviceName.test(name)) {
      throw new Error(
        `A service can't be called "${name}": its name is part of the address. Allowed: a to z, 0 to 9 and hyphens, a letter first, up to 32 characters`,
      );
    }
    const service = new S3mService(this, `Service-${name}`, name, props, {
      network: this.#network,
      siteOrigin: this.#site.origin,
      removalPolicy: this.#removalPolicy,
    });
    const other = this.#services.find(({ listenerPort }) => listenerPort === service.listenerPort);
    if (other !== undefined) {
      throw new Error(
        `Services "${other.name}" and "${name}" both want port ${service.listenerPort} of the load balancer. Give one of them another listenerPort`,
      );
    }
    this.#services.push(service);
    this.#api.addService(service);
    return service;
  }
}
