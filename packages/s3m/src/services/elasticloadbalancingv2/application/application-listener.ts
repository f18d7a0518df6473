import { duplexPair } from 'node:stream';
import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../clock/clock.ts';
import type { Exchange, HttpAnswer, HttpLimits } from '../../../http/exchange.ts';
import type { Http2Server } from '../../../http/http2/http2-server.ts';
import { createHttpServer, type HttpServer } from '../../../http/server.ts';
import type { ListenerView } from '../../../capabilities/load-balancer.ts';
import { ResourceFailure, type Address } from '../../resource-type.ts';
import type { ServedCertificate } from '../tls/served-certificate.ts';
import type { TlsServer } from '../tls/tls-server.ts';
import type { ListenerAction } from './action.ts';
import { readBalancedRequest } from './balanced-request.ts';
import { forward, type Forwarding } from './forward.ts';
import { clientOf, createClient } from './client.ts';
import { withListenerHeaders, type ListenerHeaders } from './listener-headers.ts';
import { fixedResponse, unreadable } from './own-answers.ts';
import { redirect } from './redirect.ts';
import { refusedRequest } from './refused-request.ts';
import type { RuleCondition } from './rule-condition.ts';

type Peer = Exchange['peer'];

/** A rule of a listener: all its conditions must hold. */
export interface ListenerRule {
  readonly arn: string;
  /** From 1 to 50000; the lowest that matches decides. */
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly action: ListenerAction;
}

/** Bounds of an Application Load Balancer (NLB-073). */
const limits = { requestLine: 16_384, headerBytes: 65_536, headerCount: 1000 };
/** Requests that a client may have under way on a connection of HTTP/2 (ELB guide, "Listener configuration"). */
const maxStreams = 128;
/** Until client and listener have agreed on TLS, in milliseconds. */
const handshakeTimeoutMs = 10_000;

/** A listener of an Application Load Balancer: an HTTP server that decides by rules. */
export class ApplicationListener implements ListenerView {
  readonly arn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly http: HttpServer;
  /** Of an internet-facing balancer: what listens on this machine, and the addresses. */
  door: Server | undefined;
  local: Address | undefined;
  defaultAction: ListenerAction;
  headers: ListenerHeaders;
  /** Of protocol HTTPS: how it meets its clients. */
  tls: TlsServer | undefined;
  /** For names that the default certificate does not have. */
  readonly certificates: ServedCertificate[];
  /** Connections whose client has not said yet which name it asks for. */
  readonly #greeting = new Set<Socket>();
  /** Made when the first client speaks it. */
  #http2: Http2Server | undefined;
  readonly #forwarding: Forwarding;
  readonly #onChange: () => void;
  /** In the order of their priorities. */
  #rules: readonly ListenerRule[] = [];

  /** @param onChange told when the target groups that requests are sent to may have changed */
  constructor(
    listener: {
      readonly arn: string;
      readonly port: number;
      readonly action: ListenerAction;
      readonly tls?: TlsServer;
      readonly certificates: ServedCertificate[];
      readonly headers: ListenerHeaders;
    },
    forwarding: Forwarding,
    onChange: () => void,
  ) {
    this.arn = listener.arn;
    this.port = listener.port;
    this.defaultAction = listener.action;
    this.protocol = listener.tls === undefined ? 'HTTP' : 'HTTPS';
    this.tls = listener.tls;
    this.certificates = listener.certificates;
    this.headers = listener.headers;
    this.#forwarding = forwarding;
    this.#onChange = onChange;
    this.http = createHttpServer({
      handle: (exchange) => this.#handle(exchange),
      limits: { ...limits, ...this.#waits() },
      refusalAnswer: ({ status }) => withListenerHeaders(unreadable(status), this.headers),
      onError: (error) => forwarding.onFailure(error instanceof Error ? error.message : String(error)),
      clock: forwarding.account.clock,
    });
  }

  get url(): string {
    return this.local?.local ?? '';
  }

  get targetGroupArns(): readonly string[] {
    const actions = [this.defaultAction, ...this.#rules.map(({ action }) => action)];
    return [...new Set(actions.flatMap((action) => (action.kind === 'forward' ? action.groups.map(({ arn }) => arn) : [])))];
  }

  /** @throws ResourceFailure when the priority is taken */
  addRule(rule: ListenerRule): () => void {
    if (this.#rules.some(({ priority }) => priority === rule.priority)) {
      throw new ResourceFailure(`Priority '${rule.priority}' is currently in use`, { property: 'Priority' });
    }
    this.#rules = [...this.#rules, rule].toSorted((one, other) => one.priority - other.priority);
    this.#onChange();
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
      this.#onChange();
    };
  }

  setDefaultAction(action: ListenerAction): void {
    this.defaultAction = action;
    this.#onChange();
  }

  /** A connection into this listener that no other process can make. */
  connect(peer: { readonly address: string; readonly port: number }): Socket {
    const [client, server] = duplexPair({ allowHalfOpen: true });
    // Readers and writers of HTTP, and TLS, use nothing of a socket that a duplex does not have.
    this.accept(server as Socket, peer);
    return client as Socket;
  }

  /** Serves a connection, with TLS where the listener has it. `peer` where the socket itself doesn't know it. */
  accept(socket: Socket, peer: Partial<Peer> = {}): void {
    const known = { address: peer.address ?? socket.remoteAddress ?? '', port: peer.port ?? socket.remotePort ?? 0 };
    if (this.tls === undefined) this.http.accept(socket, createClient(socket, known, this.#now()));
    else void this.#greet(socket, known, this.tls);
  }

  /** The balancer's attributes are others from now on. */
  settingsChanged(): void {
    this.http.setLimits(this.#waits());
  }

  /** Stops accepting, and lets requests in flight finish for `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.door?.close();
    for (const socket of this.#greeting) socket.destroy();
    await Promise.all([this.http.close(graceMs), this.#http2?.close(graceMs)]);
  }

  /** NLB-073: how long the balancer waits for a client. */
  #waits(): Pick<HttpLimits, 'headTimeoutMs' | 'bodyIdleTimeoutMs' | 'keepAliveTimeoutMs'> {
    const { idleTimeoutMs } = this.#forwarding.settings();
    return { headTimeoutMs: idleTimeoutMs, bodyIdleTimeoutMs: idleTimeoutMs, keepAliveTimeoutMs: idleTimeoutMs };
  }

  #now(): number {
    return this.#forwarding.account.clock.monotonic();
  }

  async #greet(socket: Socket, peer: Peer, tls: TlsServer): Promise<void> {
    this.#greeting.add(socket);
    const clear = await tls.receive(socket);
    const agreed = clear === undefined ? false : await isAgreed(clear, this.#forwarding.account.clock);
    const { Http2Server } = agreed && clear?.alpnProtocol === 'h2' ? await import('../../../http/http2/http2-server.ts') : {};
    this.#greeting.delete(socket);
    if (clear === undefined || !agreed || clear.destroyed) return;
    const client = createClient(clear, peer, this.#now());
    if (Http2Server === undefined) return this.http.accept(clear, client);
    this.#http2 ??= new Http2Server(this.http.rules, maxStreams);
    this.#http2.accept(clear, client);
  }

  async #handle(exchange: Exchange): Promise<void> {
    const answer = withListenerHeaders(await this.#answer(exchange), this.headers);
    const last = this.#now() - clientOf(exchange).since > this.#forwarding.settings().keepAliveMs;
    await exchange.respond(last ? { ...answer, close: true } : answer);
  }

  #answer(exchange: Exchange): HttpAnswer | Promise<HttpAnswer> {
    const request = readBalancedRequest(exchange.head, { client: clientOf(exchange), protocol: this.protocol, port: this.port });
    const refused = refusedRequest(request);
    if (refused !== undefined) return refused;
    const action = this.#rules.find(({ conditions }) => conditions.every((holds) => holds(request)))?.action ?? this.defaultAction;
    switch (action.kind) {
      case 'forward':
        return forward(action, request, exchange, this.headers, this.#forwarding);
      case 'fixed-response':
        return fixedResponse(action);
      case 'redirect':
        return redirect(action, request);
    }
  }
}

/** Resolves when client and listener have agreed on TLS, and with false when they will not. */
function isAgreed(socket: TLSSocket, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(handshakeTimeoutMs, () => socket.destroy());
    const finish = (agreed: boolean): void => {
      timer.cancel();
      socket.off('secure', agree).off('close', refuse);
      resolve(agreed);
    };
    const agree = (): void => finish(true);
    const refuse = (): void => finish(false);
    socket.on('error', () => {});
    socket.on('secure', agree).on('close', refuse);
  });
}
