import { inlineFunction } from './small-system.ts';

const ref = (id: string): object => ({ Ref: id });
const invocation = {
  'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations',
};

/** Its results tell how often it was asked. */
const counting = `let asked = 0;
exports.handler = async ({ methodArn }) => ({
  principalId: String(++asked),
  policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }] },
});`;

const resources: Readonly<Record<string, object>> = {
  ...inlineFunction(counting),
  Permission: {
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: ref('Function'), Principal: 'apigateway.amazonaws.com' },
  },
  Reader: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'reader',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'read',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'apigateway:GET', Resource: 'arn:aws:apigateway:us-east-1::/restapis*' }],
          },
        },
      ],
    },
  },
  Api: {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: { Name: 'weather', Description: 'what it is like', BinaryMediaTypes: ['image/png'], Tags: [{ Key: 'team', Value: 'red' }] },
  },
  Weather: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { RestApiId: ref('Api'), ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, PathPart: 'weather' },
  },
  Authorizer: {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: ref('Api'),
      Name: 'token',
      Type: 'TOKEN',
      AuthorizerUri: invocation,
      IdentitySource: 'method.request.header.Authorization',
    },
  },
  Get: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: ref('Api'),
      ResourceId: ref('Weather'),
      HttpMethod: 'GET',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: ref('Authorizer'),
      RequestParameters: { 'method.request.querystring.city': 'true' },
      MethodResponses: [{ StatusCode: '200' }],
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{"statusCode": 200}' },
        IntegrationResponses: [
          { StatusCode: '200', ResponseTemplates: { 'application/json': '$context.authorizer.principalId $context.requestId' } },
        ],
      },
    },
  },
  Denied: {
    Type: 'AWS::ApiGateway::GatewayResponse',
    Properties: {
      RestApiId: ref('Api'),
      ResponseType: 'ACCESS_DENIED',
      ResponseParameters: { 'gatewayresponse.header.x-why': "'policy'" },
    },
  },
  Deployment: {
    Type: 'AWS::ApiGateway::Deployment',
    DependsOn: ['Get', 'Denied'],
    Properties: { RestApiId: ref('Api'), Description: 'first' },
  },
  Stage: {
    Type: 'AWS::ApiGateway::Stage',
    Properties: {
      RestApiId: ref('Api'),
      DeploymentId: ref('Deployment'),
      StageName: 'prod',
      Variables: { colour: 'blue' },
      CacheClusterEnabled: true,
      MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', CachingEnabled: true, LoggingLevel: 'INFO' }],
    },
  },
  Key: { Type: 'AWS::ApiGateway::ApiKey', Properties: { Name: 'client', Enabled: true, Value: 'a-value-of-twenty-characters' } },
  Plan: {
    Type: 'AWS::ApiGateway::UsagePlan',
    Properties: {
      UsagePlanName: 'basic',
      ApiStages: [{ ApiId: ref('Api'), Stage: ref('Stage') }],
      Throttle: { RateLimit: 10, BurstLimit: '5' },
      Quota: { Limit: 100, Period: 'DAY' },
    },
  },
  KeyOfPlan: { Type: 'AWS::ApiGateway::UsagePlanKey', Properties: { KeyId: ref('Key'), KeyType: 'API_KEY', UsagePlanId: ref('Plan') } },
  Imported: {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: {
      Body: {
        openapi: '3.0.1',
        info: { title: 'imported', version: '1' },
        paths: { '/pets/{id}': { get: { responses: {}, 'x-amazon-apigateway-integration': { type: 'mock' } } } },
      },
    },
  },
  HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'quick', ProtocolType: 'HTTP', Target: 'https://backend.example/' } },
  Guarded: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'guarded', ProtocolType: 'HTTP' } },
  GuardedAuthorizer: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: ref('Guarded'),
      Name: 'asks',
      AuthorizerType: 'REQUEST',
      AuthorizerUri: invocation,
      AuthorizerPayloadFormatVersion: '1.0',
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: ['$request.header.Authorization'],
    },
  },
  Echo: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: 'exports.handler = async (event) => ({ statusCode: 200, body: event.requestContext.authorizer.principalId });' },
    },
  },
  EchoPermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: ref('Echo'), Principal: 'apigateway.amazonaws.com' },
  },
  EchoIntegration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: ref('Guarded'),
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Echo', 'Arn'] },
      PayloadFormatVersion: '1.0',
    },
  },
  EchoRoute: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: ref('Guarded'),
      RouteKey: 'GET /who',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: ref('GuardedAuthorizer'),
      Target: { 'Fn::Sub': 'integrations/${EchoIntegration}' },
    },
  },
  GuardedStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: ref('Guarded'), StageName: '$default', AutoDeploy: true } },
};

/** APIs of both kinds with what they can have, their ids in outputs by logical id. */
export const apiGatewaySystem: object = {
  Resources: resources,
  Outputs: Object.fromEntries(
    ['Api', 'Weather', 'Authorizer', 'Deployment', 'Key', 'Plan', 'Imported', 'HttpApi', 'Guarded'].map((id) => [id, { Value: ref(id) }]),
  ),
};
