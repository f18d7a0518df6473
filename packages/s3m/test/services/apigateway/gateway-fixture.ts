import { once } from 'node:events';
import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Connection } from '../../../src/capabilities/connection.ts';
import type { Invocable, InvokeResult, Invoker } from '../../../src/capabilities/invocable.ts';
import type { Clock } from '../../../src/clock/clock.ts';
import { authorizer } from '../../../src/services/apigateway/authorizer.ts';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { findApi, type LiveApi } from '../../../src/services/apigateway/live-api.ts';
import { method } from '../../../src/services/apigateway/method.ts';
import { resource } from '../../../src/services/apigateway/resource.ts';
import { restApi } from '../../../src/services/apigateway/rest-api.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';

/** An answer as it came, header lines in order. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** The first value of a header, whatever the case. */
  header(name: string): string | undefined;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** Sends the body in chunks, without telling its length. */
  readonly chunked?: boolean;
}

/** A REST API under test, on a real port. */
export interface Gateway extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: LiveApi;
  readonly port: number;
  /** `prod`, once it is there. */
  readonly stage: Resource | undefined;
  /** Everything created, the API first. */
  readonly resources: readonly Resource[];
  create(type: ResourceType, logicalId: string, properties: Properties, local?: Properties): Promise<Resource>;
  /** Creates the resources of a path, and answers the id of the last one. */
  path(path: string): Promise<string>;
  /** Puts a method on a path. */
  method(verb: string, path: string, properties: Properties): Promise<Resource>;
  /** Deploys what there is and lets stage `prod` serve it. */
  deploy(variables?: Readonly<Record<string, string>>): Promise<void>;
  /** Starts a backend behind a VPC link `link01`, which goes away with the API. `dial` stands in for the link's own. */
  backend(answer?: Answer, dial?: (port: number) => Promise<Connection>): Promise<Backend>;
  /** `path` with the stage. */
  send(path: string, options?: SendOptions): Promise<RawAnswer>;
  /** Of an answer. */
  trace(answer: RawAnswer): Trace;
}

export async function openGateway(options: FakeAccountOptions = {}, properties: Properties = { Name: 'Test' }): Promise<Gateway> {
  const account = await fakeAccount(options);
  const created: Resource[] = [];
  const backends: Backend[] = [];
  const create: Gateway['create'] = async (type, logicalId, properties, local) => {
    const resource = await type.create(createContext(account, type, { logicalId, properties, ...(local === undefined ? {} : { local }) }));
    created.push(resource);
    return resource;
  };
  const { ref: RestApiId, attributes } = await create(restApi, 'Api', properties);
  const ids = new Map([['', attributes['RootResourceId'] as string]]);
  const api = findApi(account.directory, RestApiId)!;
  const port = Number(new URL(api.url).port);
  let served: Resource | undefined;
  let deployments = 0;
  const path: Gateway['path'] = async (template) => {
    let parent = '';
    for (const part of template.split('/').filter((segment) => segment !== '')) {
      const at = `${parent}/${part}`;
      if (!ids.has(at)) ids.set(at, (await create(resource, `R${at}`, { RestApiId, ParentId: ids.get(parent)!, PathPart: part })).ref);
      parent = at;
    }
    return ids.get(parent)!;
  };
  return {
    account,
    api,
    port,
    get stage() {
      return served;
    },
    resources: created,
    create,
    path,
    async method(verb, template, properties) {
      const ResourceId = await path(template);
      return create(method, `M ${verb} ${template}`, { RestApiId, ResourceId, HttpMethod: verb, AuthorizationType: 'NONE', ...properties });
    },
    async deploy(Variables = {}) {
      const { ref: DeploymentId } = await create(deployment, `D${deployments++}`, { RestApiId });
      const properties = { RestApiId, DeploymentId, StageName: 'prod', Variables };
      if (served === undefined) served = await create(stage, 'Stage', properties);
      else await served.update!(createContext(account, stage, { logicalId: 'Stage', properties }));
    },
    async backend(answer, dial) {
      const backend = await openBackend(account, answer, dial);
      backends.push(backend);
      return backend;
    },
    send: (target, options) => send(port, target, options),
    trace: (answer) => account.traces.find(answer.header('x-amzn-RequestId') ?? '')!,
    async [Symbol.asyncDispose]() {
      for (const resource of created.toReversed()) await (resource.stopNow?.() ?? resource.delete());
      for (const backend of backends) await backend[Symbol.asyncDispose]();
      await account[Symbol.asyncDispose]();
    },
  };
}

export function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body, chunked = false }: SendOptions = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((each) => [name, each]));
    const length = chunked
      ? ['Transfer-Encoding', 'chunked']
      : body === undefined
        ? []
        : ['Content-Length', String(Buffer.byteLength(body))];
    const request = sendRequest({ port, path, method, agent: false, headers: ['Host', `127.0.0.1:${port}`, ...lines, ...length] as never });
    request.on('error', reject);
    request.on('response', (response) => void read(response).then((text) => resolve(toAnswer(response, text)), reject));
    request.end(body);
  });
}

function toAnswer(response: IncomingMessage, body: string): RawAnswer {
  const headers = toPairs(response.rawHeaders);
  return {
    status: response.statusCode!,
    headers,
    body,
    header: (name) => headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1],
  };
}

function toPairs(rawHeaders: readonly string[]): (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]!] as const] : []));
}

async function read(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** What a backend was asked. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  values(name: string): string[];
}

/** A backend on a real port, behind a VPC link `link01`. */
export interface Backend extends AsyncDisposable {
  readonly seen: readonly SeenRequest[];
  readonly port: number;
  /** Connections that the link dialled. */
  readonly dialled: number;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void;

const route = {
  vpcLink: 'link01',
  loadBalancer: 'Nlb',
  listener: '80',
  targetGroup: 'Weather',
  target: '10.0.2.17:8080',
  hops: [{ from: 'NLB', to: 'task', port: 8080, allowed: true, rule: 'ingress tcp 8080' }],
};

async function openBackend(
  account: FakeAccount,
  answer: Answer = (_, response) => void response.end('hello'),
  dial?: (port: number) => Promise<Connection>,
): Promise<Backend> {
  const seen: SeenRequest[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const headers = toPairs(request.rawHeaders);
    const values = (name: string): string[] =>
      headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
    const facts: SeenRequest = { method: request.method!, target: request.url!, headers, body, values };
    seen.push(facts);
    answer(facts, response);
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let dialled = 0;
  const withdraw = account.directory.provide('vpcLink', 'link01', {
    id: 'link01',
    logicalId: 'Link',
    loadBalancerArn: 'arn:nlb',
    status: 'AVAILABLE',
    statusMessage: 'Your vpc link is ready for use',
    dial: async (listener) => {
      dialled++;
      return dial === undefined ? await connectTo(port) : await dial(listener);
    },
  });
  return {
    seen,
    port,
    get dialled() {
      return dialled;
    },
    async [Symbol.asyncDispose]() {
      withdraw();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export async function connectTo(port: number): Promise<Connection> {
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return { socket, route, draining: false, onDraining: () => {} };
}

/** Properties of an integration with the backend of {@link openBackend}. */
export function proxy(uri = 'http://nlb.internal/', more: Properties = {}): Properties {
  return {
    Integration: {
      Type: 'HTTP_PROXY',
      IntegrationHttpMethod: 'ANY',
      Uri: uri,
      ConnectionType: 'VPC_LINK',
      ConnectionId: 'link01',
      ...more,
    },
  };
}

/** Properties of a MOCK integration that answers `body`. */
export function mock(body = 'mock'): Properties {
  return {
    MethodResponses: [{ StatusCode: '200' }],
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
      IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'application/json': body } }],
    },
  };
}

export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:auth';
export const authorizerUri: string = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

/** An authorizer's function that does as told. */
export class FakeFunction implements Invocable {
  readonly arn: string = functionArn;
  readonly name: string = 'auth';
  readonly events: { readonly type: string; readonly authorizationToken: string; readonly methodArn: string }[] = [];
  readonly invokers: Invoker[] = [];
  /** Answers with a policy document for the event, or with a whole result. */
  handler: (event: FakeFunction['events'][number]) => unknown = (event) => allow(event.methodArn);

  async invoke({ event, invoker }: { readonly event: string; readonly invoker: Invoker }): Promise<InvokeResult> {
    const parsed = JSON.parse(event) as FakeFunction['events'][number];
    this.events.push(parsed);
    this.invokers.push(invoker);
    const base = { requestId: 'r', durationMs: 1, logs: [`log of ${parsed.authorizationToken}`] };
    try {
      const payload = await this.handler(parsed);
      if (isResult(payload)) return payload;
      return { ...base, kind: 'success', payload: typeof payload === 'string' ? payload : JSON.stringify(payload) };
    } catch (error) {
      const { message } = error as Error;
      return { ...base, kind: 'function-error', payload: '{}', errorType: 'Error', errorMessage: message };
    }
  }
}

function isResult(value: unknown): value is InvokeResult {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** An authorizer's result with one statement. */
export function allow(resource: string | readonly string[], context: Readonly<Record<string, unknown>> = {}, effect = 'Allow'): unknown {
  return {
    principalId: 'user',
    context,
    policyDocument: { Version: '2012-10-17', Statement: [{ Effect: effect, Action: 'execute-api:Invoke', Resource: resource }] },
  };
}

/** Provides the function and creates a TOKEN authorizer on it; answers what a method needs to use it. */
export async function addAuthorizer(
  gateway: Gateway,
  properties: Properties = {},
  lambda: FakeFunction = new FakeFunction(),
): Promise<{ lambda: FakeFunction; guard: Properties; id: string }> {
  if (gateway.account.directory.find('function', functionArn) === undefined)
    gateway.account.directory.provide('function', functionArn, lambda);
  const { ref } = await gateway.create(authorizer, `Authorizer${JSON.stringify(properties)}`, {
    RestApiId: gateway.api.id,
    Name: 'Auth',
    Type: 'TOKEN',
    AuthorizerUri: authorizerUri,
    IdentitySource: 'method.request.header.Authorization',
    ...properties,
  });
  return { lambda, guard: { AuthorizationType: 'CUSTOM', AuthorizerId: ref }, id: ref };
}

/** `requestContext.identity` of a request from this machine that is not signed, in an event that says nothing else of it (AG-097). */
export const unsignedIdentity: Readonly<Record<string, string | null>> = {
  cognitoIdentityPoolId: null,
  accountId: null,
  cognitoIdentityId: null,
  caller: null,
  sourceIp: '127.0.0.1',
  principalOrgId: null,
  accessKey: null,
  cognitoAuthenticationType: null,
  cognitoAuthenticationProvider: null,
  userArn: null,
  user: null,
};

/** A clock whose timers fire at once, and that counts what was waited for. */
export function impatientClock(): Clock & { readonly waited: number[] } {
  const waited: number[] = [];
  return {
    now: () => 1_700_000_000_000,
    monotonic: () => 0,
    waited,
    after: (delayMs, callback) => {
      waited.push(delayMs);
      setImmediate(callback);
      return { cancel: () => {} };
    },
  };
}
