import type { Server, Socket } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import type { Properties } from '../../../src/services/resource-type.ts';
import { addAuthorizer, allow, FakeFunction, openGateway, proxy, type Gateway } from './gateway-fixture.ts';
import { Recorder } from './recording-backend.ts';

/** The whole gateway between a client and a recording backend, without a socket: both ends are streams in memory. */
export interface MemoryGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly backend: Recorder;
  readonly lambda: FakeFunction;
  /** Properties of a method that the authorizer guards. */
  readonly guard: Properties;
  /** A client's connection. */
  connect(): MemoryClient;
}

export class MemoryClient {
  readonly #stream: Duplex;
  #received = '';
  #closed = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => (this.#received += chunk.toString('latin1')));
    stream.on('error', () => {});
    stream.on('close', () => (this.#closed = true));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Sends these pieces one after the other, letting the gateway work in between, closes, and answers all that came back. */
  async exchange(pieces: readonly Buffer[]): Promise<string> {
    const received = await this.ask(pieces);
    this.#stream.destroy();
    return received;
  }

  /** The same on a connection that stays open: answers what came since it was asked last. */
  async ask(pieces: readonly Buffer[]): Promise<string> {
    for (const piece of pieces) {
      if (piece.length > 0) this.#stream.write(piece);
      await turn();
    }
    for (let quiet = 0, before = -1; quiet < 12; quiet++) {
      await turn();
      if (before !== this.#received.length) quiet = 0;
      before = this.#received.length;
    }
    const received = this.#received;
    this.#received = '';
    return received;
  }
}

/** `/{proxy+}` behind an authorizer of everyone: the token is the user, which the backend gets in `X-User`. */
export async function openMemoryGateway(authorizer: Properties = {}): Promise<MemoryGateway> {
  let server: Server | undefined;
  const ports = {
    listen: (listening: Server): Promise<number> => {
      server = listening;
      return Promise.resolve(3000);
    },
  };
  const gateway = await openGateway({ ports });
  const backend = new Recorder();
  const lambda = new FakeFunction();
  lambda.handler = ({ authorizationToken }) => allow('arn:aws:execute-api:*:*:*', { user: authorizationToken });
  gateway.account.directory.provide('vpcLink', 'link01', {
    id: 'link01',
    logicalId: 'Link',
    loadBalancerArn: 'arn:nlb',
    status: 'AVAILABLE',
    statusMessage: '',
    dial: () => {
      const [near, far] = duplexPair();
      backend.serve(far);
      return Promise.resolve({ socket: near as Socket, route, draining: false, onDraining: () => {} });
    },
  });
  const { guard } = await addAuthorizer(gateway, authorizer, lambda);
  const mapped = {
    'integration.request.header.X-User': 'context.authorizer.user',
    'integration.request.path.proxy': 'method.request.path.proxy',
  };
  await gateway.method('ANY', '/{proxy+}', { ...proxy('http://nlb.internal/{proxy}', { RequestParameters: mapped }), ...guard });
  await gateway.deploy();
  return {
    gateway,
    backend,
    lambda,
    guard,
    connect() {
      const [near, far] = duplexPair();
      server!.emit('connection', far);
      return new MemoryClient(near);
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

const route = { vpcLink: 'link01', loadBalancer: 'Nlb', listener: '80', targetGroup: 'T', target: '10.0.2.17:8080', hops: [] };

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
