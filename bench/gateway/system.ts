type Resources = Record<
  string,
  { readonly Type: string; readonly DependsOn?: readonly string[]; readonly Metadata?: unknown; readonly Properties?: unknown }
>;

/** Allows whoever comes. */
const allowAll = `exports.handler = async () => ({
  principalId: 'benchmark',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }] },
  context: { role: 'reader' },
});`;

const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  requestTime: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  principal: '$context.authorizer.principalId',
  latency: '$context.integration.latency',
});

const verbs = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

const ref = (id: string): unknown => ({ Ref: id });
const get = (id: string, name: string): unknown => ({ 'Fn::GetAtt': [id, name] });

/**
 * The pattern's private path: API -> TOKEN authorizer -> VPC link -> network load balancer -> `Targets`, whose target the benchmark registers.
 * `/weather/{proxy+}` keeps the authorizer's results, `/uncached/{proxy+}` doesn't, `/open/{proxy+}` has none.
 * `routes` further methods stand beside them.
 */
export function systemTemplate(routes: number): { readonly Resources: Resources; readonly Outputs: unknown } {
  const resources: Resources = {
    ...privateNetwork(),
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      // AWS lets an account send 10,000 requests a second unless it asks for more.
      Metadata: { S3M: { accountThrottle: { rateLimit: 1_000_000, burstLimit: 1_000_000 } } },
      Properties: { Name: 'benchmark', ...(routes === 0 ? {} : { Body: furtherMethods(routes) }) },
    },
    AccessLog: { Type: 'AWS::Logs::LogGroup' },
    LogRole: role('apigateway.amazonaws.com'),
    Account: { Type: 'AWS::ApiGateway::Account', Properties: { CloudWatchRoleArn: get('LogRole', 'Arn') } },
    Link: { Type: 'AWS::ApiGateway::VpcLink', Properties: { Name: 'link', TargetArns: [ref('Balancer')] } },
    ...lambda(),
    Cached: authorizer('cached', 3600),
    Uncached: authorizer('uncached', 0),
  };
  const methods: string[] = [];
  const add = (id: string, resource: unknown, verb: string, authorizerId: string | undefined, path: string): void => {
    methods.push(id);
    resources[id] = method(resource, verb, authorizerId, path);
  };
  for (const [id, part, authorizerId] of [
    ['Weather', 'weather', 'Cached'],
    ['Strict', 'uncached', 'Uncached'],
    ['Open', 'open', undefined],
  ] as const) {
    resources[id] = pathPart(get('Api', 'RootResourceId'), part);
    resources[`${id}Proxy`] = pathPart(ref(id), '{proxy+}');
    add(`${id}Method`, ref(`${id}Proxy`), 'ANY', authorizerId, '{proxy}');
  }
  resources['Deployment'] = { Type: 'AWS::ApiGateway::Deployment', DependsOn: methods, Properties: { RestApiId: ref('Api') } };
  resources['Stage'] = {
    Type: 'AWS::ApiGateway::Stage',
    DependsOn: ['Account'],
    Properties: {
      RestApiId: ref('Api'),
      DeploymentId: ref('Deployment'),
      StageName: 'prod',
      AccessLogSetting: { DestinationArn: get('AccessLog', 'Arn'), Format: accessLogFormat },
    },
  };
  return {
    Resources: resources,
    Outputs: { Subnet: { Value: ref('Subnet') }, TaskGroup: { Value: get('TaskGroup', 'GroupId') }, Targets: { Value: ref('Targets') } },
  };
}

/** An OpenAPI document: a template may have 500 resources, not a thousand. */
function furtherMethods(count: number): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (let index = 0; index < count; index++) {
    const path = `/place${Math.floor(index / verbs.length)}`;
    const verb = verbs[index % verbs.length]!;
    paths[path] ??= {};
    paths[path][verb.toLowerCase()] = {
      responses: {},
      'x-amazon-apigateway-integration': {
        type: 'http_proxy',
        httpMethod: verb,
        connectionType: 'VPC_LINK',
        connectionId: ref('Link'),
        uri: { 'Fn::Sub': `http://\${Balancer.DNSName}${path}` },
      },
    };
  }
  return { openapi: '3.0.1', info: { title: 'benchmark', version: '1' }, paths };
}

function privateNetwork(): Resources {
  return {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Vpc'), CidrBlock: '10.0.0.0/24' } },
    TaskGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'tasks',
        VpcId: ref('Vpc'),
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.0.0.0/16' }],
      },
    },
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Type: 'network', Scheme: 'internal', Subnets: [ref('Subnet')] },
    },
    Targets: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: { Port: 8080, Protocol: 'TCP', TargetType: 'ip', VpcId: ref('Vpc') },
    },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: ref('Balancer'),
        Port: 80,
        Protocol: 'TCP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
      },
    },
  };
}

function role(Service: string): Resources[string] {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
      },
    },
  };
}

function lambda(): Resources {
  return {
    Role: role('lambda.amazonaws.com'),
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: get('Role', 'Arn'), Code: { ZipFile: allowAll } },
    },
    MayInvoke: {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction', FunctionName: get('Function', 'Arn'), Principal: 'apigateway.amazonaws.com' },
    },
  };
}

function authorizer(name: string, ttlSeconds: number): Resources[string] {
  const arn = get('Function', 'Arn');
  return {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: ref('Api'),
      Name: name,
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      IdentityValidationExpression: '^Bearer [-0-9a-zA-Z._]+$',
      AuthorizerResultTtlInSeconds: ttlSeconds,
      AuthorizerUri: { 'Fn::Sub': ['arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${arn}/invocations', { arn }] },
    },
  };
}

function pathPart(ParentId: unknown, PathPart: string): Resources[string] {
  return { Type: 'AWS::ApiGateway::Resource', Properties: { RestApiId: ref('Api'), ParentId, PathPart } };
}

function method(ResourceId: unknown, HttpMethod: string, authorizerId: string | undefined, path: string): Resources[string] {
  const proxy = path === '{proxy}';
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: ref('Api'),
      ResourceId,
      HttpMethod,
      ...(authorizerId === undefined ? { AuthorizationType: 'NONE' } : { AuthorizationType: 'CUSTOM', AuthorizerId: ref(authorizerId) }),
      ...(proxy ? { RequestParameters: { 'method.request.path.proxy': true } } : {}),
      Integration: {
        Type: 'HTTP_PROXY',
        IntegrationHttpMethod: HttpMethod,
        ConnectionType: 'VPC_LINK',
        ConnectionId: ref('Link'),
        Uri: { 'Fn::Sub': `http://\${Balancer.DNSName}/${path}` },
        RequestParameters: {
          ...(proxy ? { 'integration.request.path.proxy': 'method.request.path.proxy' } : {}),
          ...(authorizerId === undefined ? {} : { 'integration.request.header.X-Role': 'context.authorizer.role' }),
        },
      },
    },
  };
}
