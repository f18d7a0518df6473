import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { App, CloudFormationValidatePlugin, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { S3m, type S3mProps } from '../src/index.ts';
import { createProject, writeSources, type Project } from './project.ts';

type Properties = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- templates are JSON; a wrong path makes the test fail

let project: Project;
let sources: ReturnType<typeof writeSources>;
let template: Template;

before(() => {
  project = createProject();
  sources = writeSources(project);
  template = Template.fromStack(weather());
});

after(() => project[Symbol.dispose]());

/** The example's system. One `App` synthesizes once, so each has its own. */
function weather(props: Partial<S3mProps> = {}, names: readonly string[] = ['weather', 'values']): Stack {
  const app = new App({ builtinCloudFormationValidation: false, outdir: project.path(`out-${Math.random()}`) });
  const stack = new Stack(app, 'Weather');
  const system = new S3m(stack, 'S3m', { authorizer: { entry: sources.authorizer }, site: { directory: sources.site }, ...props });
  for (const name of names) system.addService(name, { directory: sources.service });
  return stack;
}

function resourcesOf(type: string, of: Template = template): [string, Properties][] {
  return Object.entries(of.findResources(type)).map(([id, resource]) => [id, resource['Properties']]);
}

function onlyOne(type: string, of: Template = template): [string, Properties] {
  const [first, ...rest] = resourcesOf(type, of);
  assert.ok(first !== undefined && rest.length === 0, `one ${type}`);
  return first;
}

/** `/weather/{proxy+}` of each resource by logical id. */
function pathsOf(of: Template): Map<string, string> {
  const resources = new Map(resourcesOf('AWS::ApiGateway::Resource', of));
  const pathOf = (id: string): string => {
    const { PathPart, ParentId } = resources.get(id) ?? {};
    return `${'Ref' in ParentId ? pathOf(ParentId.Ref) : ''}/${PathPart}`;
  };
  return new Map([...resources.keys()].map((id) => [id, pathOf(id)]));
}

test('every method is behind the authorizer, but the preflights, which the gateway answers itself', () => {
  const paths = pathsOf(template);
  const [authorizer] = onlyOne('AWS::ApiGateway::Authorizer');
  const methods = resourcesOf('AWS::ApiGateway::Method').map(([, method]) => {
    const open = method['AuthorizationType'] === 'NONE';
    assert.equal(method['Integration'].Type, open ? 'MOCK' : 'HTTP_PROXY');
    if (!open) assert.deepEqual([method['AuthorizationType'], method['AuthorizerId']], ['CUSTOM', { Ref: authorizer }]);
    return `${open ? 'open' : 'guarded'} ${method['HttpMethod']} ${paths.get(method['ResourceId'].Ref) ?? '/'}`;
  });
  assert.deepEqual(methods.sort(), [
    'guarded ANY /values',
    'guarded ANY /values/{proxy+}',
    'guarded ANY /weather',
    'guarded ANY /weather/{proxy+}',
    'open OPTIONS /values',
    'open OPTIONS /values/{proxy+}',
    'open OPTIONS /weather',
    'open OPTIONS /weather/{proxy+}',
  ]);
});

test('a service receives the rest of the path and who calls, through the link, on the port of its own listener', () => {
  const listeners = new Map(
    resourcesOf('AWS::ElasticLoadBalancingV2::Listener').map(([id, listener]) => [/Service(\w+?)Listener/.exec(id)?.[1], listener['Port']]),
  );
  assert.equal(new Set(listeners.values()).size, 2);
  const [link] = onlyOne('AWS::ApiGateway::VpcLink');
  const paths = pathsOf(template);
  for (const [, { Integration, ResourceId, RequestParameters }] of resourcesOf('AWS::ApiGateway::Method')) {
    if (Integration.Type !== 'HTTP_PROXY') continue;
    const path = paths.get(ResourceId.Ref) ?? '';
    const greedy = path.endsWith('/{proxy+}');
    const [scheme, host, rest] = Integration.Uri['Fn::Join'][1];
    assert.deepEqual(
      [scheme, host['Fn::GetAtt'][1], rest],
      ['http://', 'DNSName', `:${listeners.get(path.split('/')[1])}/${greedy ? '{proxy}' : ''}`],
    );
    assert.deepEqual(
      [Integration.ConnectionType, Integration.ConnectionId, Integration.IntegrationHttpMethod],
      ['VPC_LINK', { Ref: link }, 'ANY'],
    );
    assert.deepEqual(Integration.RequestParameters, {
      'integration.request.header.x-s3m-subject': 'context.authorizer.subject',
      'integration.request.header.x-s3m-roles': 'context.authorizer.roles',
      ...(greedy ? { 'integration.request.path.proxy': 'method.request.path.proxy' } : {}),
    });
    assert.deepEqual(RequestParameters, greedy ? { 'method.request.path.proxy': true } : undefined);
  }
});

test("the authorizer asks for a bearer token and may be invoked by this API's authorizer only", () => {
  const [authorizer, properties] = onlyOne('AWS::ApiGateway::Authorizer');
  assert.partialDeepStrictEqual(properties, {
    Type: 'TOKEN',
    IdentitySource: 'method.request.header.Authorization',
    AuthorizerResultTtlInSeconds: 300,
  });
  const expression = new RegExp(properties['IdentityValidationExpression']);
  for (const value of ['Bearer a.b.c', 'Bearer a-b_c~d+e/f==']) assert.match(value, expression);
  for (const value of ['', 'Bearer ', 'Bearer  a', 'bearer a', 'Basic a', 'Bearer a, Bearer b', 'Bearer a b', 'Bearer =a', 'Bearer a\n'])
    assert.doesNotMatch(value, expression);
  const [, permission] = onlyOne('AWS::Lambda::Permission');
  assert.deepEqual(
    [permission['Principal'], permission['Action'], permission['SourceAccount']],
    ['apigateway.amazonaws.com', 'lambda:InvokeFunction', { Ref: 'AWS::AccountId' }],
  );
  assert.deepEqual(permission['SourceArn']['Fn::Join'][1].slice(-2), ['/authorizers/', { Ref: authorizer }]);
});

test("the authorizer's function may read one item of the roles table and write its own logs, nothing else", () => {
  const [table] = onlyOne('AWS::DynamoDB::Table');
  const [[, authorizer]] = Object.entries(
    template.findResources('AWS::Lambda::Function', {
      Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x', MemorySize: 256, Timeout: 5 },
    }),
  ).filter(([id]) => id.includes('Authorizer')) as [[string, Properties]];
  const role: string = authorizer['Properties'].Role['Fn::GetAtt'][0];
  assert.deepEqual(template.findResources('AWS::IAM::Role')[role]?.['Properties'].ManagedPolicyArns, undefined);
  const statements = resourcesOf('AWS::IAM::Policy')
    .filter(([, policy]) => policy['Roles'].some((attached: Properties) => attached['Ref'] === role))
    .flatMap(([, policy]) => policy['PolicyDocument'].Statement);
  assert.deepEqual(statements, [
    {
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [authorizer['Properties'].LoggingConfig.LogGroup.Ref, 'Arn'] },
    },
    { Action: 'dynamodb:GetItem', Effect: 'Allow', Resource: [{ 'Fn::GetAtt': [table, 'Arn'] }] },
  ]);
  assert.deepEqual(authorizer['Properties'].Environment.Variables, {
    JWT_ISSUER: { Ref: 'JwtIssuer' },
    JWT_AUDIENCE: { Ref: 'JwtAudience' },
    ROLES_TABLE_NAME: { Ref: table },
  });
});

test('security groups let the load balancer reach each service on its port, services reach HTTPS, and nothing else', () => {
  const groups = resourcesOf('AWS::EC2::SecurityGroup');
  const name = (reference: Properties | string): string => {
    const id: string = typeof reference === 'string' ? reference : reference['Fn::GetAtt'][0];
    return id.includes('LoadBalancer') ? 'balancer' : (/Service(\w+?)SecurityGroup/.exec(id)?.[1] ?? id);
  };
  const rules: string[] = [];
  for (const [id, group] of groups) {
    assert.equal(group['SecurityGroupIngress'], undefined);
    for (const rule of group['SecurityGroupEgress'])
      rules.push(`${name(id)} -> ${rule.CidrIp} ${rule.IpProtocol} ${rule.FromPort}-${rule.ToPort}`);
  }
  for (const [, rule] of resourcesOf('AWS::EC2::SecurityGroupEgress'))
    rules.push(
      `${name(rule['GroupId'])} -> ${name(rule['DestinationSecurityGroupId'])} ${rule['IpProtocol']} ${rule['FromPort']}-${rule['ToPort']}`,
    );
  for (const [, rule] of resourcesOf('AWS::EC2::SecurityGroupIngress'))
    rules.push(
      `${name(rule['GroupId'])} <- ${name(rule['SourceSecurityGroupId'])} ${rule['IpProtocol']} ${rule['FromPort']}-${rule['ToPort']}`,
    );
  assert.deepEqual(rules.sort(), [
    'balancer -> 255.255.255.255/32 icmp 252-86',
    'balancer -> values tcp 8080-8080',
    'balancer -> weather tcp 8080-8080',
    'values -> 0.0.0.0/0 tcp 443-443',
    'values <- balancer tcp 8080-8080',
    'weather -> 0.0.0.0/0 tcp 443-443',
    'weather <- balancer tcp 8080-8080',
  ]);
});

test('the load balancer is internal, has its group from the start and takes what comes through the link', () => {
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Type: 'network',
    Scheme: 'internal',
    SecurityGroups: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('LoadBalancerSecurityGroup'), 'GroupId'] }],
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
    Subnets: [{ Ref: Match.stringLikeRegexp('PrivateSubnet1') }, { Ref: Match.stringLikeRegexp('PrivateSubnet2') }],
  });
});

test('a service runs twice in private subnets, is replaced without a gap and rolled back when it fails', () => {
  for (const [, service] of resourcesOf('AWS::ECS::Service')) {
    assert.partialDeepStrictEqual(service, {
      LaunchType: 'FARGATE',
      DesiredCount: 2,
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
    for (const subnet of service['NetworkConfiguration'].AwsvpcConfiguration.Subnets) assert.match(subnet.Ref, /PrivateSubnet/);
  }
});

test('a container has a read-only root, is nobody special, and has longer to stop than the balancer drains and a request lasts (ECS-064)', () => {
  for (const [, definition] of resourcesOf('AWS::ECS::TaskDefinition')) {
    const [container] = definition['ContainerDefinitions'];
    assert.partialDeepStrictEqual(container, {
      ReadonlyRootFilesystem: true,
      User: '1000',
      StopTimeout: 90,
      PortMappings: [{ ContainerPort: 8080, Protocol: 'tcp' }],
    });
    const environment = Object.fromEntries(container.Environment.map(({ Name, Value }: Properties) => [Name, Value]));
    assert.deepEqual(environment, { PORT: '8080', SITE_ORIGIN: { 'Fn::GetAtt': [onlyOne('AWS::S3::Bucket')[0], 'WebsiteURL'] } });
  }
  for (const [, group] of resourcesOf('AWS::ElasticLoadBalancingV2::TargetGroup')) {
    assert.partialDeepStrictEqual(group, {
      TargetType: 'ip',
      Protocol: 'TCP',
      Port: 8080,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/health',
    });
    const attributes = new Map(group['TargetGroupAttributes'].map(({ Key, Value }: Properties) => [Key, Value]));
    assert.equal(attributes.get('deregistration_delay.timeout_seconds'), '60');
  }
});

test("preflights and the gateway's own errors name the site's origin and no other", () => {
  const [bucket] = onlyOne('AWS::S3::Bucket');
  const origin = { 'Fn::Join': ['', ["'", { 'Fn::GetAtt': [bucket, 'WebsiteURL'] }, "'"]] };
  for (const [, { HttpMethod, Integration }] of resourcesOf('AWS::ApiGateway::Method')) {
    if (HttpMethod !== 'OPTIONS') continue;
    const [response] = Integration.IntegrationResponses;
    assert.equal(response.StatusCode, '204');
    assert.deepEqual(response.ResponseParameters['method.response.header.Access-Control-Allow-Origin'], origin);
    assert.equal(response.ResponseParameters['method.response.header.Vary'], "'Origin'");
  }
  const types = resourcesOf('AWS::ApiGateway::GatewayResponse').map(([, response]) => {
    assert.deepEqual(response['ResponseParameters']['gatewayresponse.header.Access-Control-Allow-Origin'], origin);
    return String(response['ResponseType']);
  });
  assert.deepEqual(types.sort(), ['DEFAULT_4XX', 'DEFAULT_5XX']);
});

test('the roles table says who its local callers are, stays when the stack goes, and is empty on AWS', () => {
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    Metadata: {
      S3M: {
        seed: [
          { subject: 'local-admin', roles: ['administrator'] },
          { subject: 'local-user', roles: ['user'] },
        ],
        roles: { subject: 'subject', roles: 'roles' },
      },
    },
    Properties: {
      KeySchema: [{ AttributeName: 'subject', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
    },
  });
  const short = Template.fromStack(weather({ removalPolicy: RemovalPolicy.DESTROY }));
  short.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
  short.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
});

test('parameters have no defaults, and outputs have their plain names', () => {
  const { JwtIssuer, JwtAudience, BootstrapVersion: _bootstrap, ...others } = template.findParameters('*');
  assert.deepEqual(others, {});
  for (const parameter of [JwtIssuer, JwtAudience]) assert.equal(parameter?.['Default'], undefined);
  assert.deepEqual(Object.keys(template.findOutputs('*')).sort(), ['ApiUrl', 'RolesTableName', 'SiteUrl']);
  const issuer = new RegExp(JwtIssuer?.['AllowedPattern']);
  for (const value of [
    'https://a.example',
    'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x',
    'http://127.0.0.1:4566/issuer',
    'http://localhost',
  ])
    assert.match(value, issuer);
  for (const value of ['', 'a', 'http://a.example', 'http://127.0.0.1.a.example', 'https://', 'https://a b'])
    assert.doesNotMatch(value, issuer);
});

test('config.json is written with values of the deployment', () => {
  const [, content] = onlyOne('Custom::CDKBucketDeployment');
  const values = Object.values(content['SourceMarkers'][1]);
  assert.deepEqual(values, [
    { Ref: onlyOne('AWS::ApiGateway::RestApi')[0] },
    { Ref: 'AWS::Region' },
    { Ref: 'AWS::URLSuffix' },
    { Ref: onlyOne('AWS::ApiGateway::Stage')[0] },
    { Ref: 'JwtIssuer' },
    { Ref: 'JwtAudience' },
  ]);
  assert.equal(content['Prune'], true);
});

test('a deployment of the API is made anew when a service or the authorizer changes, and only then', () => {
  const deployment = (stack: Stack): string => onlyOne('AWS::ApiGateway::Deployment', Template.fromStack(stack))[0];
  const before = onlyOne('AWS::ApiGateway::Deployment')[0];
  assert.equal(deployment(weather()), before);
  assert.notEqual(deployment(weather({ authorizer: { entry: sources.authorizer, cacheTtl: Duration.seconds(0) } })), before);
  assert.notEqual(deployment(weather({}, ['weather'])), before);
});

test('services keep their ports on the load balancer when others come and go', () => {
  const ports = (names: readonly string[]): Map<string, number> => {
    const stack = weather({}, names);
    const system = stack.node.findChild('S3m') as S3m;
    return new Map(system.services.map(({ name, listenerPort }) => [name, listenerPort]));
  };
  const both = ports(['weather', 'values']);
  assert.equal(ports(['values']).get('values'), both.get('values'));
  assert.equal(ports(['values', 'other', 'weather']).get('weather'), both.get('weather'));
});

test('a name that is no plain path segment and a port that is taken are refused with what to do', () => {
  const stack = weather();
  const system = stack.node.findChild('S3m') as S3m;
  for (const name of ['', 'Weather', 'a/b', '{proxy+}', '*', '-a', 'a-', '1', 'x'.repeat(33)])
    assert.throws(() => system.addService(name, { directory: sources.service }), /can't be called/, name);
  assert.throws(
    () => system.addService('other', { directory: sources.service, listenerPort: system.services[0]?.listenerPort ?? 0 }),
    /another listenerPort/,
  );
});

test('options reach what they are for', () => {
  const app = new App({ builtinCloudFormationValidation: false, outdir: project.path('out-options') });
  const stack = new Stack(app, 'Other');
  const system = new S3m(stack, 'S3m', {
    authorizer: { entry: sources.authorizer, environment: { EXTRA: 'x' } },
    site: { directory: sources.site },
    natGateways: 2,
  });
  system.addService('one', {
    directory: sources.service,
    port: 3000,
    healthCheckPath: '/ok',
    desiredCount: 1,
    cpu: 512,
    memoryLimitMiB: 1024,
    environment: { COLOUR: 'green' },
    user: '10001',
    architecture: 'arm64',
    listenerPort: 81,
  });
  const other = Template.fromStack(stack);
  other.resourceCountIs('AWS::EC2::NatGateway', 2);
  other.hasResourceProperties('AWS::ECS::Service', { DesiredCount: 1 });
  other.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 81 });
  other.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Port: 3000, HealthCheckPath: '/ok' });
  other.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ EXTRA: 'x' }) } });
  other.hasResourceProperties('AWS::ECS::TaskDefinition', {
    Cpu: '512',
    Memory: '1024',
    RuntimePlatform: { CpuArchitecture: 'ARM64' },
    ContainerDefinitions: [
      Match.objectLike({
        User: '10001',
        Environment: Match.arrayWith([
          { Name: 'COLOUR', Value: 'green' },
          { Name: 'PORT', Value: '3000' },
        ]),
      }),
    ],
  });
});

test("AWS's own offline validation has no finding, and would have one", () => {
  const stack = weather();
  const app = stack.node.root as App;
  const { templateFullPath } = app.synth().getStackByName('Weather');
  const validate = (templatePath: string): readonly string[] => {
    const stackTemplates = [{ stackConstructPath: 'Weather', templatePath, accountId: '123456789012', region: 'eu-central-1' }];
    return new CloudFormationValidatePlugin()
      .validate({ stackTemplates, templatePaths: [templatePath], appConstruct: app })
      .violations.map(({ ruleName, description }) => `${ruleName} ${description}`);
  };
  assert.deepEqual(validate(templateFullPath), []);
  const broken = JSON.stringify(template.toJSON()).replaceAll('"DesiredCount":2', '"DesiredCounts":2');
  assert.match(validate(project.write('broken.template.json', broken)).join(), /DesiredCounts/);
});
