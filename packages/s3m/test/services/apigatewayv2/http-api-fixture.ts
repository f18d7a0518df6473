import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import type { Connection } from '../../../src/capabilities/connection.ts';
import type { Invocable, InvokeResult, Invoker } from '../../../src/capabilities/invocable.ts';
import { httpApi } from '../../../src/services/apigatewayv2/api.ts';
import { httpAuthorizer } from '../../../src/services/apigatewayv2/authorizer.ts';
import { httpIntegration } from '../../../src/services/apigatewayv2/integration.ts';
import { findHttpApi, type LiveHttpApi } from '../../../src/services/apigatewayv2/live-http-api.ts';
import { httpRoute } from '../../../src/services/apigatewayv2/route.ts';
import { httpStage } from '../../../src/services/apigatewayv2/stage.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { send, type RawAnswer, type SendOptions } from '../apigateway/gateway-fixture.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';

/** An HTTP API under test, on a real port, with a `$default` stage that deploys by itself. */
export interface HttpApiUnderTest extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: LiveHttpApi;
  readonly port: number;
  create(type: ResourceType, logicalId: string, properties: Properties): Promise<Resource>;
  /** Puts a route on an integration with these properties. */
  route(routeKey: string, integration: Properties, more?: Properties): Promise<Resource>;
  send(path: string, options?: SendOptions): Promise<RawAnswer>;
  /** Of an answer. */
  trace(answer: RawAnswer): Trace;
}

export interface HttpApiOptions extends FakeAccountOptions {
  readonly api?: Properties;
  /** False: no stage is made. */
  readonly stage?: Properties | false;
}

export async function openHttpApi({ api: apiProperties, stage, ...options }: HttpApiOptions = {}): Promise<HttpApiUnderTest> {
  const account = await fakeAccount(options);
  const created: Resource[] = [];
  const create: HttpApiUnderTest['create'] = async (type, logicalId, properties) => {
    const resource = await type.create(createContext(account, type, { logicalId, properties }));
    created.push(resource);
    return resource;
  };
  const { ref: ApiId } = await create(httpApi, 'Api', { Name: 'Test', ProtocolType: 'HTTP', ...apiProperties });
  const api = findHttpApi(account.directory, ApiId)!;
  const port = Number(new URL(api.url).port);
  if (stage !== false) await create(httpStage, 'Stage', { ApiId, StageName: '$default', AutoDeploy: true, ...stage });
  return {
    account,
    api,
    port,
    create,
    async route(RouteKey, integration, more = {}) {
      const { ref } = await create(httpIntegration, `I ${RouteKey}`, { ApiId, ...integration });
      return create(httpRoute, `R ${RouteKey}`, { ApiId, RouteKey, Target: `integrations/${ref}`, ...more });
    },
    send: (path, sendOptions) => send(port, path, sendOptions),
    trace: (answer) => account.traces.find(answer.header('apigw-requestid') ?? '')!,
    async [Symbol.asyncDispose]() {
      for (const resource of created.toReversed()) await (resource.stopNow?.() ?? resource.delete());
      await account[Symbol.asyncDispose]();
    },
  };
}

/** A function that does as told. */
export class FakeLambda implements Invocable {
  readonly arn: string;
  readonly name: string;
  // Events are looked at as a function would: without types.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly events: any[] = [];
  readonly invokers: Invoker[] = [];
  /** Answers with a result, or with its JSON text; what it throws is a function error. */
  // oxlint-disable-next-line typescript/no-explicit-any
  handler: (event: any) => unknown;

  // oxlint-disable-next-line typescript/no-explicit-any
  constructor(name: string, handler: (event: any) => unknown = () => ({ statusCode: 200, body: 'hello' })) {
    this.name = name;
    this.arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    this.handler = handler;
  }

  get uri(): string {
    return `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${this.arn}/invocations`;
  }

  /** Properties of an integration with it. */
  integration(version = '2.0'): Properties {
    return { IntegrationType: 'AWS_PROXY', IntegrationUri: this.arn, PayloadFormatVersion: version };
  }

  async invoke({ event, invoker }: { readonly event: string; readonly invoker: Invoker }): Promise<InvokeResult> {
    const parsed = JSON.parse(event) as unknown;
    this.events.push(parsed);
    this.invokers.push(invoker);
    const base = { requestId: 'r', durationMs: 1, logs: [] };
    try {
      const result = await this.handler(parsed);
      if (typeof result === 'object' && result !== null && 'kind' in result) return result as InvokeResult;
      return { ...base, kind: 'success', payload: typeof result === 'string' ? result : JSON.stringify(result ?? null) };
    } catch (error) {
      return { ...base, kind: 'function-error', payload: '{}', errorType: 'Error', errorMessage: (error as Error).message };
    }
  }
}

/** A function that the account knows. */
// oxlint-disable-next-line typescript/no-explicit-any
export function addLambda({ account }: HttpApiUnderTest, name: string, handler?: (event: any) => unknown): FakeLambda {
  const lambda = new FakeLambda(name, handler);
  account.directory.provide('function', lambda.arn, lambda);
  return lambda;
}

/** Creates an authorizer; answers what a route needs to use it. */
export async function addAuthorizer(
  api: HttpApiUnderTest,
  properties: Properties,
): Promise<{ readonly id: string; readonly guard: Properties }> {
  const { ref } = await api.create(httpAuthorizer, `A ${JSON.stringify(properties)}`, { ApiId: api.api.id, Name: 'Auth', ...properties });
  return { id: ref, guard: { AuthorizationType: properties['AuthorizerType'] === 'JWT' ? 'JWT' : 'CUSTOM', AuthorizerId: ref } };
}

/** What a backend was asked. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  values(name: string): string[];
}

/** A backend on a real port, behind a VPC link V2 `link02`. */
export interface Backend extends AsyncDisposable {
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  /** What the link was asked to dial. */
  readonly targets: readonly string[];
}

export const listenerArn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/net/Nlb/0123456789abcdef/0123456789abcdef';

/** Properties of an integration with the backend of {@link openBackend}. */
export function privately(more: Properties = {}): Properties {
  return {
    IntegrationType: 'HTTP_PROXY',
    IntegrationMethod: 'ANY',
    IntegrationUri: listenerArn,
    ConnectionType: 'VPC_LINK',
    ConnectionId: 'link02',
    PayloadFormatVersion: '1.0',
    ...more,
  };
}

const route = {
  vpcLink: 'link02',
  loadBalancer: 'Nlb',
  listener: '80',
  targetGroup: 'Weather',
  target: '10.0.2.17:8080',
  hops: [{ from: 'NLB', to: 'task', port: 8080, allowed: true, rule: 'ingress tcp 8080' }],
};

export async function openBackend(
  { account }: HttpApiUnderTest,
  answer: (request: SeenRequest, response: ServerResponse) => void = (_, response) => void response.end('hello'),
  dial?: () => Promise<Connection>,
): Promise<Backend> {
  const seen: SeenRequest[] = [];
  const targets: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const lines = request.rawHeaders;
    const values = (name: string): string[] =>
      lines.filter((_, index) => index % 2 === 1 && lines[index - 1]!.toLowerCase() === name.toLowerCase());
    const facts = { method: request.method!, target: request.url!, body: Buffer.concat(chunks).toString('utf8'), values };
    seen.push(facts);
    answer(facts, response);
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const withdraw = account.directory.provide('vpcLinkV2', 'link02', {
    id: 'link02',
    status: 'AVAILABLE',
    statusMessage: 'VPC link is ready to route traffic',
    dial: async (target) => {
      targets.push(target);
      if (dial !== undefined) return dial();
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return { socket, route, draining: false, onDraining: () => {} };
    },
  });
  return {
    port,
    seen,
    targets,
    async [Symbol.asyncDispose]() {
      withdraw();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** An OpenID issuer on a real port. */
export interface TestIssuer extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  /** False: every request is answered with 503. */
  up: boolean;
  token(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Signs with a new key from now on, and publishes that one alone. */
  rotate(): Promise<void>;
}

/** @param now seconds since the epoch, of the clock under test */
export async function openIssuer(now: () => number): Promise<TestIssuer> {
  let pair: { privateKey: CryptoKey; publicKey: CryptoKey };
  let keyId = '';
  let keys = 0;
  const asked: string[] = [];
  const issuer: { up: boolean } = { up: true };
  const rotate = async (): Promise<void> => {
    pair = await generateKeyPair('RS256', { extractable: true });
    keyId = `key-${++keys}`;
  };
  await rotate();
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const reply = async (): Promise<void> => {
      if (!issuer.up) return void response.writeHead(503).end();
      if (request.url === '/.well-known/openid-configuration')
        return void response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }));
      response.end(JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: keyId, alg: 'RS256', use: 'sig' }] }));
    };
    void reply();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(issuer, {
    url,
    asked,
    rotate,
    token: (claims: Readonly<Record<string, unknown>>, header: Readonly<Record<string, unknown>> = {}) =>
      new SignJWT({ iss: url, aud: 'aud', iat: now(), exp: now() + 3600, sub: 'ada', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: keyId, ...header })
        .sign(pair.privateKey),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}
