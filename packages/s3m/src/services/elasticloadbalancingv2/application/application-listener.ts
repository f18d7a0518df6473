import { duplexPair } from 'node:stream';
import type { Server, Socket } from 'node:net';
import type { Exchange, HttpAnswer } from '../../../http/exchange.ts';
import { createHttpServer, type HttpServer } from '../../../http/server.ts';
import type { ListenerView } from '../../../capabilities/load-balancer.ts';
import { ResourceFailure, type Address } from '../../resource-type.ts';
import type { ServedCertificate } from '../tls/served-certificate.ts';
import type { TlsServer } from '../tls/tls-server.ts';
import type { ListenerAction } from './action.ts';
import { readBalancedRequest } from './balanced-request.ts';
import { forward, type Forwarding } from './forward.ts';
import { fixedResponse, ownAnswer } from './own-answers.ts';
import { redirect } from './redirect.ts';
import type { RuleCondition } from './rule-condition.ts';

/** A rule of a listener: all its conditions must hold. */
export interface ListenerRule {
  readonly arn: string;
  /** From 1 to 50000; the lowest that matches decides. */
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly action: ListenerAction;
}

/** Reads bounds of an Application Load Balancer (NLB-073, NLB-075). */
const limits = { requestLine: 16_384, headerBytes: 65_536, headerCount: 1000, keepAliveTimeoutMs: 3_600_000 };

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
  /** Of protocol HTTPS: how it meets its clients. */
  tls: TlsServer | undefined;
  /** For names that the default certificate does not have. */
  readonly certificates: ServedCertificate[];
  /** Connections whose client has not said yet which name it asks for. */
  readonly #greeting = new Set<Socket>();
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
    this.#forwarding = forwarding;
    this.#onChange = onChange;
    this.http = createHttpServer({
      handle: (exchange) => this.#handle(exchange),
      limits,
      refusalAnswer: ({ status }) => ({ ...ownAnswer(400), status: status === 408 ? 408 : 400 }),
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
  accept(socket: Socket, peer: Partial<{ readonly address: string; readonly port: number }> = {}): void {
    const { address = socket.remoteAddress, port = socket.remotePort } = peer;
    const serve = (served: Socket): void => {
      if (served !== socket || peer.address !== undefined) {
        Object.defineProperties(served, { remoteAddress: { value: address }, remotePort: { value: port } });
      }
      this.http.accept(served);
    };
    if (this.tls === undefined) return serve(socket);
    void this.#greet(socket, this.tls, serve);
  }

  async #greet(socket: Socket, tls: TlsServer, serve: (clear: Socket) => void): Promise<void> {
    this.#greeting.add(socket);
    const clear = await tls.receive(socket);
    this.#greeting.delete(socket);
    if (clear !== undefined) serve(clear);
  }

  /** Stops accepting, and lets requests in flight finish for `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.door?.close();
    for (const socket of this.#greeting) socket.destroy();
    await this.http.close(graceMs);
  }

  async #handle(exchange: Exchange): Promise<void> {
    await exchange.respond(await this.#answer(exchange));
  }

  #answer(exchange: Exchange): HttpAnswer | Promise<HttpAnswer> {
    const { head, peer } = exchange;
    if (head.method === 'TRACE') return ownAnswer(405); // NLB-073
    const request = readBalancedRequest(head, { peer: peer.address.replace(/^::ffff:/, ''), protocol: this.protocol, port: this.port });
    const action = this.#rules.find(({ conditions }) => conditions.every((holds) => holds(request)))?.action ?? this.defaultAction;
    switch (action.kind) {
      case 'forward':
        return forward(action, request, exchange, this.#forwarding);
      case 'fixed-response':
        return fixedResponse(action);
      case 'redirect':
        return redirect(action, request);
    }
  }
}
