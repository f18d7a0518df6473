import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a template's author may vary in the small system. */
export interface SmallSystemOptions {
  /** The service's `server.mjs`. */
  readonly server?: string;
  /** The service's Dockerfile. */
  readonly dockerfile?: string;
  readonly desired?: number;
  /** Added to the service's DeploymentConfiguration. */
  readonly deploymentConfiguration?: Readonly<Record<string, unknown>>;
  /** Added to the container's definition. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** Added to the task definition. */
  readonly task?: Readonly<Record<string, unknown>>;
  /** Metadata of the task definition. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Further resources, or others in place of those of the same logical id. */
  readonly resources?: Readonly<Record<string, unknown>>;
  /** Logical ids to leave out. */
  readonly without?: readonly string[];
}

const site = 'us-east-1';
const image = (tag: string): unknown => ({ 'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.${site}.\${AWS::URLSuffix}/images:${tag}` });

/** A server that answers its version and stops in order: the service of the small system. */
export function serverOf(version: string, port = 8080): string {
  return `import { createServer } from 'node:http';
const server = createServer((request, response) => {
  if (request.url === '/health') return void response.end('ok');
  setTimeout(() => response.end(${JSON.stringify(version)}), 20);
});
server.listen(${port}, '0.0.0.0', () => console.log('listens on ${port}'));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
}

export const dockerfileOfServer = `FROM node:26-slim
WORKDIR /app
COPY server.mjs ./
USER node
CMD ["node", "server.mjs"]
`;

/**
 * Writes an assembly with the private path and nothing else: API `/hello` -> VPC link -> network load balancer -> tasks of one service.
 * Answers its folder, for `--app`.
 */
export function writeSmallSystem(directory: string, options: SmallSystemOptions = {}): string {
  const files = { 'server.mjs': options.server ?? serverOf('one'), Dockerfile: options.dockerfile ?? dockerfileOfServer };
  const tag = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  const assembly = join(directory, 'cdk.out');
  for (const [name, content] of Object.entries(files)) write(join(assembly, `asset.${tag}`, name), content);
  writeJson(join(assembly, 'Small.assets.json'), {
    version: '55.0.0',
    files: {},
    dockerImages: {
      [tag]: { source: { directory: `asset.${tag}` }, destinations: { here: { repositoryName: 'images', imageTag: tag } } },
    },
  });
  const all: Record<string, unknown> = { ...privatePath(tag, options), ...options.resources };
  for (const id of options.without ?? []) delete all[id];
  writeJson(join(assembly, 'Small.template.json'), { Resources: all });
  writeJson(join(assembly, 'manifest.json'), {
    version: '55.0.0',
    artifacts: {
      'Small.assets': { type: 'cdk:asset-manifest', properties: { file: 'Small.assets.json' } },
      Small: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Small.template.json' },
        displayName: 'Small',
      },
    },
  });
  return assembly;
}

function privatePath(tag: string, options: SmallSystemOptions): Record<string, unknown> {
  const { desired = 1, deploymentConfiguration = {}, container = {}, task = {}, metadata = {} } = options;
  const ref = (id: string): unknown => ({ Ref: id });
  const get = (id: string, name: string): unknown => ({ 'Fn::GetAtt': [id, name] });
  return {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: ref('Vpc'), CidrBlock: '10.0.0.0/24' } },
    TaskGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'tasks',
        VpcId: ref('Vpc'),
        SecurityGroupIngress: [{ IpProtocol: '-1', CidrIp: '10.0.0.0/16' }],
      },
    },
    // What Fargate needs to pull an image: a way out, and a role.
    Internet: { Type: 'AWS::EC2::InternetGateway' },
    Attached: { Type: 'AWS::EC2::VPCGatewayAttachment', Properties: { VpcId: ref('Vpc'), InternetGatewayId: ref('Internet') } },
    Routes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc') } },
    ToInternet: {
      Type: 'AWS::EC2::Route',
      DependsOn: ['Attached'],
      Properties: { RouteTableId: ref('Routes'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Internet') },
    },
    SubnetRoutes: { Type: 'AWS::EC2::SubnetRouteTableAssociation', Properties: { SubnetId: ref('Subnet'), RouteTableId: ref('Routes') } },
    Execution: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'],
      },
    },
    Cluster: { Type: 'AWS::ECS::Cluster' },
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Type: 'network', Scheme: 'internal', Subnets: [ref('Subnet')] },
    },
    Targets: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: {
        Port: 8080,
        Protocol: 'TCP',
        TargetType: 'ip',
        VpcId: ref('Vpc'),
        HealthCheckProtocol: 'HTTP',
        HealthCheckPath: '/health',
        HealthCheckIntervalSeconds: 5,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
      },
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
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Metadata: metadata,
      Properties: {
        Family: 'hello',
        Cpu: '256',
        Memory: '512',
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['FARGATE'],
        ExecutionRoleArn: get('Execution', 'Arn'),
        ContainerDefinitions: [{ Name: 'hello', Image: image(tag), PortMappings: [{ ContainerPort: 8080 }], ...container }],
        ...task,
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      DependsOn: ['Listener', 'ToInternet', 'SubnetRoutes'],
      Properties: {
        Cluster: ref('Cluster'),
        TaskDefinition: ref('Task'),
        DesiredCount: desired,
        LaunchType: 'FARGATE',
        DeploymentConfiguration: { MinimumHealthyPercent: 100, MaximumPercent: 200, ...deploymentConfiguration },
        NetworkConfiguration: {
          AwsvpcConfiguration: { Subnets: [ref('Subnet')], SecurityGroups: [ref('TaskGroup')], AssignPublicIp: 'ENABLED' },
        },
        LoadBalancers: [{ ContainerName: 'hello', ContainerPort: 8080, TargetGroupArn: ref('Targets') }],
      },
    },
    Link: { Type: 'AWS::ApiGateway::VpcLink', Properties: { Name: 'link', TargetArns: [ref('Balancer')] } },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'small' } },
    Hello: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: ref('Api'), ParentId: get('Api', 'RootResourceId'), PathPart: 'hello' },
    },
    GetHello: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: ref('Api'),
        ResourceId: ref('Hello'),
        HttpMethod: 'GET',
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'HTTP_PROXY',
          IntegrationHttpMethod: 'GET',
          ConnectionType: 'VPC_LINK',
          ConnectionId: ref('Link'),
          Uri: { 'Fn::Sub': 'http://${Balancer.DNSName}/' },
        },
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', DependsOn: ['GetHello'], Properties: { RestApiId: ref('Api') } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: ref('Api'), DeploymentId: ref('Deployment'), StageName: 'prod' },
    },
  };
}

/** In place of resources of the small system: its subnet has no way to the internet. */
export const isolated: Readonly<Record<string, unknown>> = {
  ToInternet: {
    Type: 'AWS::EC2::Route',
    DependsOn: ['Attached'],
    Properties: { RouteTableId: { Ref: 'Routes' }, DestinationCidrBlock: '192.168.0.0/16', GatewayId: { Ref: 'Internet' } },
  },
};

/** Instead it has endpoints for S3 and these services. */
export function isolatedWith(...services: readonly string[]): Record<string, unknown> {
  const interfaces = services.map((service) => [
    `Endpoint${service.replaceAll('.', '')}`,
    {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        ServiceName: `com.amazonaws.us-east-1.${service}`,
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        SubnetIds: [{ Ref: 'Subnet' }],
        SecurityGroupIds: [{ Ref: 'TaskGroup' }],
      },
    },
  ]);
  return {
    ...isolated,
    ...Object.fromEntries(interfaces),
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true, EnableDnsSupport: true } },
    Bucket: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: { VpcId: { Ref: 'Vpc' }, ServiceName: 'com.amazonaws.us-east-1.s3', RouteTableIds: [{ Ref: 'Routes' }] },
    },
  };
}

/** A function of inline code with its role, as resources of a template. */
export function inlineFunction(code: string, handler = 'index.handler'): Record<string, unknown> {
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: handler, Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: code } },
    },
  };
}

/** A TOKEN authorizer before `GET /hello`, whose function is {@link inlineFunction}. */
export function authorized(code: string): Record<string, unknown> {
  const getHello = privatePath('', {})['GetHello'] as { readonly Properties: object };
  const arn = { 'Fn::GetAtt': ['Function', 'Arn'] };
  return {
    ...inlineFunction(code),
    Authorizer: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        RestApiId: { Ref: 'Api' },
        Name: 'token',
        Type: 'TOKEN',
        IdentitySource: 'method.request.header.Authorization',
        AuthorizerUri: { 'Fn::Sub': ['arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${arn}/invocations', { arn }] },
      },
    },
    MayInvoke: {
      Type: 'AWS::Lambda::Permission',
      Properties: { Action: 'lambda:InvokeFunction', FunctionName: arn, Principal: 'apigateway.amazonaws.com' },
    },
    GetHello: {
      Type: 'AWS::ApiGateway::Method',
      Properties: { ...getHello.Properties, AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } },
    },
  };
}

function write(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function writeJson(file: string, value: unknown): void {
  write(file, JSON.stringify(value, undefined, 2));
}
