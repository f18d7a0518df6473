import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Directory } from '../../src/capabilities/directory.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { VirtualClock } from '../../src/clock/virtual-clock.ts';
import type { TaskRuntime } from '../../src/containers/task-runtime.ts';
import type { Network } from '../../src/network/network.ts';
import type { VpcNetwork } from '../../src/network/vpc-network.ts';
import type { CredentialsOwner } from '../../src/capabilities/credentials.ts';
import type { Account, AccountEvent, AwsEndpoint, AwsHandler, Ports } from '../../src/services/account.ts';
import { provideAccessControl } from '../../src/services/access.ts';
import { AccessLog } from '../../src/services/access-log.ts';
import { physicalId, physicalName } from '../../src/services/physical-name.ts';
import type { FileAsset, Properties, ResourceContext } from '../../src/services/resource-type.ts';
import { memoryState } from '../../src/state/memory-state.ts';
import type { State } from '../../src/state/state.ts';
import { TraceStore } from '../../src/trace/trace-store.ts';
import { seededRandom } from '../seeded-random.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An account for tests. `await using account = await fakeAccount()` removes its state directory and closes its endpoint. */
export interface FakeAccount extends Account, AsyncDisposable {
  /** Everything that was emitted, in order. */
  readonly events: readonly AccountEvent[];
  /** What services mounted on the endpoint. */
  readonly handlers: ReadonlyMap<string, AwsHandler>;
}

export interface FakeAccountOptions {
  /** Both `clock` and `schedule`. A {@link VirtualClock} of its own by default. */
  readonly clock?: Clock;
  /** Only what waits by `--time-scale`; `clock` by default. */
  readonly schedule?: Clock;
  /** Opens the AWS endpoint on a real port. Without it `endpoint.url` names port 4566, where nothing listens. */
  readonly sockets?: boolean;
  readonly network?: Network;
  readonly runtime?: TaskRuntime;
  /** Added to region, endpoint and credentials. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly accountId?: string;
  readonly region?: string;
  /** `aws` by default. */
  readonly partition?: string;
  /** `enforce` by default. */
  readonly iam?: 'enforce' | 'audit';
  /** Who makes all calls of the endpoint, whatever they are signed with; an administrator by default. */
  readonly caller?: CredentialsOwner;
  /** What outlives the account; nothing by default. */
  readonly state?: State;
  /** Any free port of 127.0.0.1 by default. */
  readonly ports?: Ports;
}

export async function fakeAccount(options: FakeAccountOptions = {}): Promise<FakeAccount> {
  const clock = options.clock ?? new VirtualClock();
  const region = options.region ?? 'us-east-1';
  const stateDirectory = mkdtempSync(join(tmpdir(), 's3m-test-'));
  const events: AccountEvent[] = [];
  const handlers = new Map<string, AwsHandler>();
  const routes = new Map<string, Handler>();
  const server =
    options.sockets === true
      ? await listeningEndpoint(handlers, routes, options.caller ?? administratorOf(options.accountId ?? '000000000000'))
      : undefined;
  const port = server === undefined ? 4566 : (server.address() as AddressInfo).port;
  const endpoint: AwsEndpoint = {
    url: `http://127.0.0.1:${port}`,
    port,
    handle: (service, handler) => void handlers.set(service, handler),
    // Its requests need no authentication of the endpoint's, so they are tried with a whole engine.
    handleRaw: () => {},
    route: (pathPrefix, handler) => void routes.set(pathPrefix, handler),
  };
  const account: FakeAccount = {
    id: options.accountId ?? '000000000000',
    region,
    partition: options.partition ?? 'aws',
    urlSuffix: 'amazonaws.com',
    clock,
    schedule: options.schedule ?? clock,
    random: seededRandom(1),
    directory: new Directory(),
    network: (options.network ?? absentNetwork) as VpcNetwork,
    traces: new TraceStore(),
    access: new AccessLog(options.iam ?? 'enforce'),
    ports: options.ports ?? anyFreePort,
    endpoint,
    runtime: options.runtime ?? absentRuntime,
    state: options.state ?? memoryState,
    stateDirectory,
    environment: {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...options.environment,
    },
    emit: (event) => void events.push(event),
    events,
    handlers,
    async [Symbol.asyncDispose]() {
      if (server !== undefined) {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      }
      rmSync(stateDirectory, { recursive: true, force: true });
    },
  };
  provideAccessControl(account);
  return account;
}

export interface FakeResource {
  readonly logicalId: string;
  readonly properties?: Properties;
  /** `properties` by default. */
  readonly local?: Properties;
  readonly metadata?: Properties;
  /** File assets by `BUCKET/KEY`. */
  readonly assets?: Readonly<Record<string, FileAsset>>;
  /** `TestStack` by default. */
  readonly stack?: string;
  /** What relative paths start from; the state directory by default. */
  readonly templateDirectory?: string;
  readonly replacing?: boolean;
}

/** What the engine would hand to `create` and `update`. */
export function createContext(account: Account, type: { readonly type: string }, resource: FakeResource): ResourceContext {
  const stack = resource.stack ?? 'TestStack';
  const properties = resource.properties ?? {};
  const identity = { stack, logicalId: resource.logicalId, generation: resource.replacing === true ? 1 : 0 };
  return {
    name: { stack, logicalId: resource.logicalId, type: type.type },
    properties,
    local: resource.local ?? properties,
    metadata: resource.metadata ?? {},
    account,
    stackId: `arn:${account.partition}:cloudformation:${account.region}:${account.id}:stack/${stack}/00000000-0000-4000-8000-000000000000`,
    physicalName: (options) => physicalName(identity, options),
    physicalId: (count, alphabet, salt) => physicalId(identity, count, alphabet, salt),
    findAsset: (bucket, key) => resource.assets?.[`${bucket}/${key}`],
    resolvePath: (path) => resolve(resource.templateDirectory ?? account.stateDirectory, path),
    replacing: resource.replacing ?? false,
    progress: (message) => account.emit({ event: 'progress', stack, logicalId: resource.logicalId, message }),
  };
}

const anyFreePort: Ports = {
  listen: (server) =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        server.removeListener('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    }),
};

const absentNetwork: Network = {
  attach: () => absent('network'),
  decide: () => absent('network'),
  dial: () => absent('network'),
};

const absentRuntime: TaskRuntime = {
  kind: 'process',
  description: 'none',
  prepare: () => absent('runtime'),
  start: () => absent('runtime'),
  cleanUp: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

function absent(what: 'network' | 'runtime'): never {
  throw new Error(`this test gave its account no ${what}: fakeAccount({${what}: ...})`);
}

function administratorOf(accountId: string): CredentialsOwner {
  return { arn: `arn:aws:iam::${accountId}:user/developer`, accountId, userId: 'AIDATEST', administrator: true };
}

async function listeningEndpoint(
  handlers: ReadonlyMap<string, AwsHandler>,
  routes: ReadonlyMap<string, Handler>,
  caller: CredentialsOwner,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const route = [...routes].find(([prefix]) => request.url?.startsWith(prefix) === true)?.[1];
    if (route !== undefined) return route(request, response);
    const handler = handlers.get(serviceOf(request));
    if (handler === undefined) return response.writeHead(404).end();
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return response.destroy();
    }
    handler(request, response, { caller, accessKeyId: 'AKIATEST', body: Buffer.concat(chunks) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** The service of the SigV4 credential scope: `Credential=KEY/20260101/us-east-1/dynamodb/aws4_request`. */
function serviceOf(request: IncomingMessage): string {
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '');
  if (scope !== null) return scope[1]!;
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' && target.startsWith('DynamoDB_') ? 'dynamodb' : '';
}
