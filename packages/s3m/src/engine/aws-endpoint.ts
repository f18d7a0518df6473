import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Directory } from '../capabilities/directory.ts';
import type { Clock } from '../clock/clock.ts';
import type { AwsEndpoint, AwsHandler, Ports, RawService } from '../services/account.ts';
import type { CallWay } from '../services/calls-from-vpc.ts';
import { ResourceFailure } from '../services/resource-type.ts';
import { SignatureProblem } from '../signature/signature-problem.ts';
import { authenticateCall } from './authenticate-call.ts';
import { awsServiceName, serviceOfQuery } from './aws-service-name.ts';
import { userFailure } from './problem.ts';
import { answerError, answerJson, answerWith } from './endpoint-answers.ts';
import { tryExecuteApi, type ExecuteApiAddress } from './execute-api-address.ts';
import { signatureError, unsupportedError, type ErrorAnswer } from './signature-errors.ts';
import { isTrustedHost } from './trusted-host.ts';

export type EndpointHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** The endpoint as the engine sees it: with an end. */
export interface LocalEndpoint extends AwsEndpoint {
  close(): Promise<void>;
}

/** The port that is tried first (CONTRACTS: ports). */
const preferredPort = 4566;
/** SDKs keep connections for a minute; a server that closes first makes them meet a reset. */
const keepAliveTimeoutMs = 75_000;
/** A layer of an image may have gigabytes. */
const requestTimeoutMs = 3_600_000;
/** The most that any service served here takes in. */
const maxBodyBytes = 16 * 1024 * 1024;

/** What the endpoint stands on: where ports and credentials are, and what signatures must be for. */
export interface EndpointOptions {
  readonly ports: Ports;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly region: string;
  /** Of a call that comes on a connection; everything is from outside of VPCs by default. */
  readonly wayOf?: (socket: Socket, service: string) => CallWay;
  /** Told of each connection that is closed. */
  readonly closed?: (socket: Socket) => void;
}

/** Opens the one endpoint of AWS services on loopback. @throws EngineFailure when a port that the user named is taken */
export async function createAwsEndpoint(options: EndpointOptions): Promise<LocalEndpoint> {
  const services = new Map<string, AwsHandler>();
  const rawServices = new Map<string, RawService>();
  const routes = new Map<string, EndpointHandler>();
  const server = createServer((request, response) => {
    try {
      dispatch(request, response, { services, rawServices, routes, options });
    } catch (error) {
      answerError(request, response, 500, 'InternalFailure', error instanceof Error ? error.message : String(error));
    }
  });
  server.on('connection', (socket) => {
    // Asked for once, Node keeps it: calls are read after their sender has gone.
    void socket.remotePort;
    socket.once('close', () => options.closed?.(socket));
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  const port = await listen(options.ports, server);
  routes.set('/_s3m/health', (request, response) =>
    answerJson(request, response, 200, { status: 'running', services: served(services, rawServices) }),
  );
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    handle: (service, handler) => void services.set(service, handler),
    handleRaw: (service, handler) => void rawServices.set(service, handler),
    route: (pathPrefix, handler) => void routes.set(pathPrefix, handler),
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(ports: Ports, server: Parameters<Ports['listen']>[0]): Promise<number> {
  try {
    return await ports.listen(server, { name: 'aws', logicalId: '', preferred: preferredPort });
  } catch (error) {
    // Here no resource stands behind the port, so nobody else would make a problem of it.
    if (error instanceof ResourceFailure) throw userFailure('PortInUse', error.message, error.fix);
    throw error;
  }
}

/** What can take a request. */
interface Handlers {
  readonly services: ReadonlyMap<string, AwsHandler>;
  readonly rawServices: ReadonlyMap<string, RawService>;
  readonly routes: ReadonlyMap<string, EndpointHandler>;
  readonly options: EndpointOptions;
}

function served(services: Handlers['services'], rawServices: Handlers['rawServices']): string[] {
  return [...services.keys(), ...rawServices.keys()].sort();
}

function dispatch(request: IncomingMessage, response: ServerResponse, { services, rawServices, routes, options }: Handlers): void {
  const { host = '' } = request.headers;
  if (!isTrustedHost(host)) {
    answerError(request, response, 403, 'AccessDenied', `This endpoint does not answer for the host "${host}". Use 127.0.0.1 or localhost`);
    return;
  }
  const toApi = tryExecuteApi(host, request.url ?? '/');
  if (toApi !== undefined) {
    handToApi(request, response, toApi, options);
    return;
  }
  const path = request.url?.split('?', 1)[0] ?? '/';
  if (path === '/_s3m' || path.startsWith('/_s3m/')) {
    const route = findRoute(routes, path);
    if (route === undefined) answerError(request, response, 404, 'NotFound', `Nothing is at ${path}`);
    else route(request, response);
    return;
  }
  const service = awsServiceName(request);
  const raw = service === undefined ? [...rawServices.values()].find((candidate) => candidate.owns(request)) : rawServices.get(service);
  if (raw !== undefined) {
    raw.handle(request, response);
    return;
  }
  // A page could send, without asking first, what needs no special header; none has business here.
  if (request.headers.origin !== undefined) {
    answerError(request, response, 403, 'AccessDenied', `Pages may not call this endpoint (Origin: ${request.headers.origin})`);
    return;
  }
  if (service === undefined && (path === '/v2' || path.startsWith('/v2/'))) {
    const registry = findRoute(routes, path);
    if (registry !== undefined) return registry(request, response);
  }
  const handler = service === undefined ? undefined : services.get(service);
  if (service === undefined || handler === undefined) {
    const message = describeUnsupported(request, service, served(services, rawServices));
    if (service === undefined && isUnsignedForm(request)) void answerUnsignedForm(request, response, services);
    else answerWith(request, response, unsupportedError(service, 'UnsupportedService', message));
  } else void handOver(request, response, { service, handler, options });
}

/** An API that is not there is refused as the gateway refuses a host that it does not know. */
function handToApi(
  request: IncomingMessage,
  response: ServerResponse,
  address: ExecuteApiAddress,
  { directory, wayOf }: EndpointOptions,
): void {
  const way = wayOf?.(request.socket, `${address.apiId}.execute-api`) ?? { kind: 'public' };
  // Nobody answers (VPC-030).
  if (way.kind === 'none') return;
  if (way.kind === 'endpoint') {
    const { endpointId } = way.passage;
    answerError(
      request,
      response,
      403,
      'ForbiddenException',
      `The way to the API leads to ${endpointId}, which leads to private APIs only`,
    );
    return;
  }
  const api = directory.find('api', address.apiId);
  if (api === undefined) {
    answerError(request, response, 403, 'ForbiddenException', `There is no API "${address.apiId}" here. ${listApis(directory)}`);
    return;
  }
  if (api.isPrivate === true) {
    answerError(request, response, 403, 'ForbiddenException', `API "${address.apiId}" is private: only VPC endpoints lead to it`);
    return;
  }
  import('./forward-to-api.ts').then(
    ({ forwardToApi }) => forwardToApi(api, address, request, response),
    () => response.destroy(),
  );
}

function listApis(directory: Directory): string {
  const known = directory.list('api').map(([id, { name, url }]) => `${id} (${name}, ${url})`);
  return known.length === 0 ? 'There are no APIs' : `There are: ${known.join(', ')}`;
}

function isUnsignedForm({ method, headers }: IncomingMessage): boolean {
  return method === 'POST' && headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

/** Who signs in with a token of another party has nothing to sign with: `AssumeRoleWithWebIdentity`, `AssumeRoleWithSAML`. */
async function answerUnsignedForm(request: IncomingMessage, response: ServerResponse, services: Handlers['services']): Promise<void> {
  try {
    const form = new URLSearchParams((await readBody(request))?.toString());
    const action = form.get('Action') ?? '';
    answerWith(request, response, unsignedFormError(request, action, serviceOfQuery(form), services));
  } catch {
    response.destroy();
  }
}

function unsignedFormError(
  request: IncomingMessage,
  action: string,
  service: string | undefined,
  services: Handlers['services'],
): ErrorAnswer {
  if (/^AssumeRoleWith\w+$/.test(action))
    return unsupportedError('sts', 'UnsupportedOperation', `${action} of sts is not served here; docs/coverage.md lists what is`);
  if (service !== undefined && services.has(service)) return signatureError(service, { code: 'MissingAuthenticationToken', message: '' });
  return unsupportedError(service, 'UnsupportedService', describeUnsupported(request, service, [...services.keys()].sort()));
}

/** Takes the body in, as the signature covers it, and lets the service have what is rightly signed. */
async function handOver(
  request: IncomingMessage,
  response: ServerResponse,
  { service, handler, options }: { readonly service: string; readonly handler: AwsHandler; readonly options: EndpointOptions },
): Promise<void> {
  try {
    const body = await readBody(request);
    if (body === undefined) return answerError(request, response, 413, 'RequestEntityTooLargeException', 'Request is too large');
    const { directory, region, clock } = options;
    const way = options.wayOf?.(request.socket, service) ?? { kind: 'public' };
    // Nobody answers, as on AWS: the client gives up (VPC-030).
    if (way.kind === 'none') return;
    const call = authenticateCall(request, body, { directory, region, service, now: clock.now() });
    handler(request, response, way.kind === 'public' ? call : { ...call, caller: { ...call.caller, passage: way.passage } });
  } catch (error) {
    if (error instanceof SignatureProblem) {
      answerWith(request, response, signatureError(service, error));
    } else if (request.destroyed && !request.complete) response.destroy();
    else answerError(request, response, 500, 'InternalFailure', error instanceof Error ? error.message : String(error));
  }
}

/** Undefined when there is too much of it. Without an iterator, which costs more than most calls. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBodyBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      if (length > maxBodyBytes) resolve(undefined);
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', reject);
    // An error nobody needs costs more than a signature: it collects where it was made.
    request.on('close', () => {
      if (!request.complete) reject(new Error('the client went away'));
    });
  });
}

/** The route with the longest prefix. */
function findRoute(routes: ReadonlyMap<string, EndpointHandler>, path: string): EndpointHandler | undefined {
  let found: string | undefined;
  for (const prefix of routes.keys()) {
    if ((path === prefix || path.startsWith(`${prefix}/`)) && prefix.length > (found?.length ?? 0)) found = prefix;
  }
  return found === undefined ? undefined : routes.get(found);
}

function describeUnsupported(request: IncomingMessage, service: string | undefined, supported: readonly string[]): string {
  const what =
    service === undefined
      ? `Cannot tell which AWS service ${request.method} ${request.url?.split('?', 1)[0]} is for: it is not signed (Signature Version 4) and has no known X-Amz-Target`
      : `AWS service "${service}" is not served here`;
  const elsewhere =
    service === undefined
      ? ''
      : `. Set AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')} before s3m up to have its calls go there`;
  return `${what}. Served: ${supported.join(', ') || 'none'}${elsewhere}`;
}
