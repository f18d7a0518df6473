import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as sendRequest } from 'node:http';
import type { Socket } from 'node:net';
import test from 'node:test';
import { systemClock } from '../../../../src/clock/system-clock.ts';
import { VirtualClock } from '../../../../src/clock/virtual-clock.ts';
import { ALLOW_ALL } from '../../../../src/network/security-rule.ts';
import { basePathMapping } from '../../../../src/services/apigateway/base-path-mapping.ts';
import { deployment } from '../../../../src/services/apigateway/deployment.ts';
import { domainName } from '../../../../src/services/apigateway/domain-name.ts';
import { restApi } from '../../../../src/services/apigateway/rest-api.ts';
import { vpcEndpoint } from '../../../../src/services/ec2/vpc-endpoint.ts';
import { lambdaFunction } from '../../../../src/services/lambda/function.ts';
import type { Properties } from '../../../../src/services/resource-type.ts';
import { vpcNeighbours } from '../../../../src/services/vpc-neighbours.ts';
import { smallNetwork, tcp, type SmallNetwork } from '../../../network/small-network.ts';
import { createContext } from '../../fake-account.ts';
import { mock, openGateway, type Gateway } from '../gateway-fixture.ts';
import { awsProxy, provideFunction } from '../lambda/function-fixture.ts';

const anybody = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const openPolicy = { Version: '2012-10-17', Statement: [anybody] };
const privately = (more: Properties = {}): Properties => ({
  Name: 'Private',
  EndpointConfiguration: { Types: ['PRIVATE'] },
  Policy: openPolicy,
  ...more,
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string | undefined;
  readonly id: string;
}

interface PrivateNetwork {
  readonly gateway: Gateway;
  readonly small: SmallNetwork;
  readonly host: string;
  readonly address: string;
  readonly refused: readonly string[];
  endpoint(properties?: Properties, logicalId?: string): Promise<{ readonly id: string; readonly dnsName: string }>;
  ask(host: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** What the resolver of the VPC says. */
  resolve(name: string): readonly string[] | undefined;
  dial(host: string): ReturnType<ReturnType<typeof vpcNeighbours>['dial']>;
}

/** A private API, and a task that calls it from inside the VPC. */
async function surroundings(properties: Properties = privately(), schedule?: VirtualClock): Promise<PrivateNetwork & AsyncDisposable> {
  const small = smallNetwork({ task: {} });
  small.network.model.addSecurityGroup({
    id: 'sg-vpce',
    name: 'Endpoint',
    vpcId: 'vpc-1',
    ingress: [tcp(443, 'sg-task')],
    egress: [ALLOW_ALL],
  });
  small.network.model.addSecurityGroup({ id: 'sg-shut', name: 'Shut', vpcId: 'vpc-1', ingress: [], egress: [ALLOW_ALL] });
  const gateway = await openGateway(
    { clock: systemClock, network: small.network, ...(schedule === undefined ? {} : { schedule }) },
    properties,
  );
  const task = small.task();
  const refused: string[] = [];
  const neighbours = vpcNeighbours(gateway.account, task, { outward: false, refused: (why) => refused.push(why) });
  const ask: PrivateNetwork['ask'] = async (host, path, headers = {}) => {
    const way = neighbours.dial(host, 80);
    assert.ok(way !== undefined, `${host} is not of the VPC`);
    const socket: Socket = await way.socket;
    const request = sendRequest({ createConnection: () => socket, path, headers: { Host: host, ...headers } });
    request.end();
    const [response] = await once(request, 'response');
    let body = '';
    for await (const chunk of response) body += String(chunk);
    socket.destroy();
    return { status: response.statusCode, body, type: response.headers['x-amzn-errortype'], id: response.headers['x-amzn-requestid'] };
  };
  return {
    gateway,
    small,
    host: `${gateway.api.id}.execute-api.us-east-1.amazonaws.com`,
    address: task.address,
    refused,
    ask,
    resolve: (name) => neighbours.resolve(name)?.addresses,
    dial: (host) => neighbours.dial(host, 80),
    async endpoint(more = {}, logicalId = 'Endpoint') {
      const made = await gateway.create(vpcEndpoint, logicalId, {
        VpcId: 'vpc-1',
        ServiceName: 'com.amazonaws.us-east-1.execute-api',
        VpcEndpointType: 'Interface',
        SubnetIds: ['subnet-1', 'subnet-2'],
        SecurityGroupIds: ['sg-vpce'],
        PrivateDnsEnabled: true,
        ...more,
      });
      const [first] = made.attributes['DnsEntries'] as readonly string[];
      return { id: made.ref, dnsName: first!.split(':')[1]! };
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

test('A private API is reached by its name, its name with the endpoint’s, or the endpoint’s own and x-apigw-api-id or Host (AG-010)', async () => {
  await using it = await surroundings();
  const { gateway, host } = it;
  const { id, dnsName } = await it.endpoint();
  await gateway.method('GET', '/', mock('$context.domainName'));
  await gateway.deploy();
  assert.match(dnsName, new RegExp(`^${id}-[0-9a-z]{8}\\.execute-api\\.us-east-1\\.vpce\\.amazonaws\\.com$`));
  assert.equal((await it.ask(host, '/prod')).body, host);
  assert.equal((await it.ask(dnsName, '/prod', { 'x-apigw-api-id': gateway.api.id })).body, dnsName);
  assert.equal((await it.ask(dnsName.replace('.', '-us-east-1b.'), '/prod', { Host: host })).body, host);
  const withEndpoint = host.replace('.', `-${id}.`);
  assert.equal((await it.ask(withEndpoint, '/prod')).status, 403, 'not associated');
  const properties = privately({ EndpointConfiguration: { Types: ['PRIVATE'], VpcEndpointIds: [id] } });
  await gateway.resources[0]!.update!(createContext(gateway.account, restApi, { logicalId: 'Api', properties }));
  assert.equal((await it.ask(withEndpoint, '/prod')).body, withEndpoint);
});

test('What names no private API at an endpoint is 403 Forbidden, public APIs too (AG-010)', async () => {
  await using it = await surroundings();
  const { gateway } = it;
  const { dnsName, id } = await it.endpoint();
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  const publicApi = await gateway.create(restApi, 'Public', { Name: 'Public' });
  const suffix = 'execute-api.us-east-1.amazonaws.com';
  for (const [host, headers] of [
    [dnsName, {}],
    [dnsName, { 'x-apigw-api-id': 'nobody' }],
    [`nobody.${suffix}`, {}],
    [`${publicApi.ref}.${suffix}`, {}],
    [`${gateway.api.id}.${suffix}`, { Host: 'example.com' }],
  ] as const) {
    const answer = await it.ask(host, '/prod', headers);
    assert.deepEqual([answer.status, answer.body, answer.type], [403, '{"message":"Forbidden"}', 'ForbiddenException'], host);
    assert.equal(gateway.account.traces.find(answer.id)!.api, id);
  }
});

test('A private API has no port: nothing on this machine but a VPC endpoint leads to it (AG-010)', async () => {
  await using it = await surroundings();
  const { gateway, host } = it;
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  assert.deepEqual(gateway.resources[0]!.addresses, [{ aws: `https://${host}`, local: `http://${host}`, urlOnly: true }]);
  assert.equal(gateway.api.url, `http://${host}`);
  assert.deepEqual(it.resolve(host), [], 'without an endpoint the name stands for nothing');
  await it.endpoint({ PrivateDnsEnabled: false });
  assert.deepEqual(it.resolve(host), [], 'nor without private DNS');
  await it.endpoint({}, 'Second');
  assert.equal(it.resolve(host)!.length, 2);
});

test('The endpoint’s security group has to let the caller in on 443, as on AWS (AG-010, VPC-023)', async () => {
  const schedule = new VirtualClock();
  await using it = await surroundings(privately(), schedule);
  await it.endpoint({ SecurityGroupIds: ['sg-shut'] });
  await it.gateway.method('GET', '/', mock('hello'));
  await it.gateway.deploy();
  const asked = it.dial(it.host)!.socket;
  asked.catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  await schedule.advance(200_000);
  await assert.rejects(asked, { code: 'ETIMEDOUT' });
  assert.match(it.refused[0]!, /cannot reach VPC endpoint Endpoint .* on port 443/);
});

test('The resource policy sees endpoint, VPC and the private address, and no public one (AG-160)', async () => {
  const small = (key: string, value: string): Properties => ({ ...anybody, Condition: { StringEquals: { [key]: value } } });
  // The same in every run: ids are digests.
  await using probe = await surroundings();
  const { id } = await probe.endpoint();
  for (const [statement, status] of [
    [small('aws:SourceVpce', id), 200],
    [small('aws:SourceVpc', 'vpc-1'), 200],
    [small('aws:SourceVpc', 'vpc-2'), 403],
    [small('aws:SourceVpce', 'vpce-0'), 403],
    [{ ...anybody, Condition: { IpAddress: { 'aws:VpcSourceIp': '10.0.1.0/24' } } }, 200],
    [{ ...anybody, Condition: { IpAddress: { 'aws:SourceIp': '10.0.1.0/24' } } }, 403],
  ] as const) {
    await using it = await surroundings(privately({ Policy: { Version: '2012-10-17', Statement: [statement] } }));
    await it.endpoint();
    await it.gateway.method('GET', '/', mock('hello'));
    await it.gateway.deploy();
    const answer = await it.ask(it.host, '/prod');
    assert.equal(answer.status, status, JSON.stringify(statement));
    if (status === 403)
      assert.match(answer.body, /^\{"Message":"User: anonymous is not authorized .* because no resource-based policy allows/);
  }
});

test('The policy of the endpoint is a gate of its own, named in the refusal (IAM-025, IAM-032)', async () => {
  for (const [statement, reason] of [
    [{ ...anybody, Resource: '*' }, undefined],
    [
      { ...anybody, Resource: 'arn:aws:execute-api:us-east-1:000000000000:other/*' },
      'because no VPC endpoint policy allows the execute-api:Invoke action',
    ],
    [{ ...anybody, Effect: 'Deny', Resource: '*' }, 'with an explicit deny in a VPC endpoint policy'],
  ] as const) {
    await using it = await surroundings();
    await it.endpoint({ PolicyDocument: { Version: '2012-10-17', Statement: [statement] } });
    await it.gateway.method('GET', '/', mock('hello'));
    await it.gateway.deploy();
    const { status, body } = await it.ask(it.host, '/prod');
    if (reason === undefined) assert.equal(body, 'hello');
    else {
      const arn = `arn:aws:execute-api:us-east-1:********0000:${it.gateway.api.id}/prod/GET/`;
      const Message = `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${arn} ${reason}`;
      assert.deepEqual([status, JSON.parse(body)], [403, { Message }]);
    }
  }
  const policed = { VpcId: 'v', VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.us-east-1.logs' };
  const found = (PolicyDocument: Properties): string[] =>
    vpcEndpoint.check!({ ...policed, PolicyDocument }, {}).map(({ kind, property }) => `${kind} ${property}`);
  assert.deepEqual(found(openPolicy), []);
  assert.deepEqual(found({ Version: '2012-10-17', Statement: [{ Effect: 'Perhaps' }] }), ['invalid PolicyDocument']);
});

test('A function behind a private API is told the endpoint, its VPC and the private address (AG-268)', async () => {
  await using it = await surroundings();
  const work = provideFunction(it.gateway);
  const { id } = await it.endpoint();
  await it.gateway.method('GET', '/function', awsProxy());
  await it.gateway.method('GET', '/template', mock('$context.identity.vpceId $context.identity.vpcId $context.identity.sourceIp'));
  await it.gateway.deploy();
  await it.ask(it.host, '/prod/function');
  const { requestContext } = work.events[0] as unknown as {
    readonly requestContext: { readonly identity: Readonly<Record<string, unknown>> };
  };
  const { vpceId, vpcId, sourceIp } = requestContext.identity;
  assert.deepEqual({ vpceId, vpcId, sourceIp }, { vpceId: id, vpcId: 'vpc-1', sourceIp: it.address });
  assert.equal((await it.ask(it.host, '/prod/template')).body, `${id} vpc-1 ${it.address}`);
});

test('A private API without resource policy is not deployed, and no public domain leads to one', async () => {
  const { Policy: _, ...withoutPolicy } = privately();
  await using it = await surroundings(withoutPolicy);
  const { gateway } = it;
  await gateway.method('GET', '/', mock('hello'));
  const properties = { RestApiId: gateway.api.id };
  await assert.rejects(gateway.create(deployment, 'Deployment', properties), {
    message: "Private REST API doesn't have a resource policy attached to it",
  });
  const domain = await gateway.create(domainName, 'Domain', {
    DomainName: 'api.example.com',
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
  await assert.rejects(gateway.create(basePathMapping, 'Mapping', { DomainName: domain.ref, RestApiId: gateway.api.id }), {
    message: 'Private APIs cannot be mapped to public custom domain names',
  });
});

test('An API that becomes private leaves its port, and one that becomes public gets one', async () => {
  await using gateway = await openGateway({ clock: systemClock, network: smallNetwork().network });
  await gateway.method('GET', '/', mock('hello'));
  await gateway.deploy();
  assert.equal((await gateway.send('/prod')).body, 'hello');
  const become = (properties: Properties) =>
    gateway.resources[0]!.update!(createContext(gateway.account, restApi, { logicalId: 'Api', properties }));
  const hidden = await become(privately());
  assert.match(hidden.addresses![0]!.local, /execute-api/);
  await assert.rejects(gateway.send('/prod'), { code: 'ECONNREFUSED' });
  const shown = await become({ Name: 'Test' });
  assert.equal(await (await fetch(`${shown.addresses![0]!.local}/prod`)).text(), 'hello');
});

test('VPC endpoints are named by private APIs only, and have to be there (AG-010)', async () => {
  const found = (configuration: Properties): string[] =>
    restApi.check!({ Name: 'x', EndpointConfiguration: configuration }, {}).map(({ property }) => property);
  assert.deepEqual(found({ Types: ['PRIVATE'], VpcEndpointIds: ['vpce-1'] }), []);
  assert.deepEqual(found({ Types: ['REGIONAL'], VpcEndpointIds: ['vpce-1'] }), ['EndpointConfiguration.VpcEndpointIds']);
  assert.deepEqual(found({ Types: ['REGIONAL', 'PRIVATE'] }), ['EndpointConfiguration.Types']);
  await assert.rejects(
    surroundings(privately({ EndpointConfiguration: { Types: ['PRIVATE'], VpcEndpointIds: ['vpce-0'] } })),
    /Invalid VPC endpoint identifier specified: vpce-0/,
  );
});

const caller = `
exports.handler = async (url) => {
  const answer = await fetch(url);
  return [answer.status, await answer.text()];
};
`;

test('A function in the VPC calls a private API by the local form of its URL (AG-010, LMB-055)', async () => {
  await using it = await surroundings();
  await it.endpoint();
  await it.gateway.method('GET', '/', mock('hello'));
  await it.gateway.deploy();
  const made = await it.gateway.create(lambdaFunction, 'Caller', {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    FunctionName: 'caller',
    Timeout: 60,
    Code: { ZipFile: caller },
    VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-task'] },
  });
  await made.stable?.();
  const invocable = it.gateway.account.directory.find('function', String(made.attributes['Arn']))!;
  const invoker = { principal: 'arn:aws:iam::000000000000:user/developer' };
  const result = await invocable.invoke({ event: JSON.stringify(`http://${it.host}/prod`), invoker });
  assert.deepEqual(result.kind === 'success' ? JSON.parse(result.payload) : result, [200, 'hello']);
});
