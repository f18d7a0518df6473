import type { IRestApi, IResource, RestApi, VpcLink } from 'aws-cdk-lib/aws-apigateway';
import type { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { Authorizer } from './authorizer.ts';
import { apigateway, core } from './cdk.ts';
import type { S3mService } from './service.ts';

export interface ApiContext {
  readonly authorizer: Authorizer;
  readonly siteOrigin: string;
  readonly loadBalancer: NetworkLoadBalancer;
}

/** Who calls, for the service. The mapping replaces what a client sends under these names (T5). */
const callerHeaders = {
  'integration.request.header.x-s3m-subject': 'context.authorizer.subject',
  'integration.request.header.x-s3m-roles': 'context.authorizer.roles',
} as const;

/** The gateway: each service under its own name, every method behind the authorizer, preflight answered here. */
export class Api extends Construct {
  readonly restApi: RestApi;
  readonly #link: VpcLink;
  readonly #context: ApiContext;

  constructor(scope: Construct, id: string, context: ApiContext) {
    super(scope, id);
    this.#context = context;
    this.restApi = new apigateway.RestApi(this, 'RestApi', {
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: { stageName: 'prod' },
    });
    // CDK's own output of the URL: `ApiUrl` says the same.
    this.restApi.node.tryRemoveChild('Endpoint');
    this.#link = new apigateway.VpcLink(this, 'Link', { targets: [context.loadBalancer] });
    this.#exposeErrors();
    this.restApi.latestDeployment?.addToLogicalId({ authorizer: context.authorizer.settings });
  }

  /** Opens `/NAME` and all below it. The service receives what follows the name. */
  addService(service: S3mService): void {
    const resource = this.restApi.root.addResource(service.name);
    this.#addRoute(resource, service, '');
    this.#addRoute(resource.addResource('{proxy+}'), service, '{proxy}');
  }

  #addRoute(resource: IResource, service: S3mService, rest: '' | '{proxy}'): void {
    const greedy = rest !== '';
    // CFN-072: a path parameter has to be declared on the method and mapped on the integration.
    const integration = new apigateway.Integration({
      type: apigateway.IntegrationType.HTTP_PROXY,
      integrationHttpMethod: 'ANY',
      uri: `http://${this.#context.loadBalancer.loadBalancerDnsName}:${service.listenerPort}/${rest}`,
      options: {
        connectionType: apigateway.ConnectionType.VPC_LINK,
        vpcLink: this.#link,
        requestParameters: { ...callerHeaders, ...(greedy ? { 'integration.request.path.proxy': 'method.request.path.proxy' } : {}) },
      },
    });
    resource.addMethod('ANY', integration, {
      authorizer: this.#context.authorizer.tokenAuthorizer,
      authorizationType: apigateway.AuthorizationType.CUSTOM,
      ...(greedy ? { requestParameters: { 'method.request.path.proxy': true } } : {}),
    });
    // T24, T25: the site's origin and no other; answered by API Gateway itself.
    resource.addCorsPreflight({
      allowOrigins: [this.#context.siteOrigin],
      allowHeaders: ['Authorization', 'Content-Type'],
      allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      maxAge: core.Duration.minutes(10),
    });
  }

  /** Refusals and failures of the gateway: without these headers the page's script couldn't see their status. */
  #exposeErrors(): void {
    const responseHeaders = {
      'Access-Control-Allow-Origin': `'${this.#context.siteOrigin}'`,
      'Access-Control-Expose-Headers': "'x-amzn-ErrorType,x-amzn-RequestId'",
      Vary: "'Origin'",
    };
    this.restApi.addGatewayResponse('ClientError', { type: apigateway.ResponseType.DEFAULT_4XX, responseHeaders });
    this.restApi.addGatewayResponse('ServerError', { type: apigateway.ResponseType.DEFAULT_5XX, responseHeaders });
  }
}

/** Address of the API's stage, without a slash at the end. */
export function stageUrl(api: IRestApi & Pick<RestApi, 'deploymentStage'>): string {
  const stack = core.Stack.of(api);
  return `https://${api.restApiId}.execute-api.${stack.region}.${stack.urlSuffix}/${api.deploymentStage.stageName}`;
}
