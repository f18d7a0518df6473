import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { AccountRegister } from '../../../capabilities/account-register.ts';
import { endpointServices, type EndpointConnection, type EndpointService } from '../../../capabilities/endpoint-service.ts';
import type { Exchange } from '../../../http/exchange.ts';
import { headerValue } from '../../../http/message.ts';
import { createHttpServer, type HttpServer } from '../../../http/server.ts';
import type { Account } from '../../account.ts';
import { answerForbidden } from '../../forbidden.ts';
import { maxHeaderValues, refusalAnswer } from '../front-end.ts';
import type { LiveApi } from '../live-api.ts';
import { tryPrivateHost } from './private-host.ts';

/** What answers at one VPC endpoint. */
interface EndpointFront {
  readonly server: HttpServer;
  /** What the latest connection said of the endpoint: its policy may have changed. */
  through: EndpointConnection;
}

/** The private APIs of an account, at the VPC endpoints for execute-api; at nothing else. */
class PrivateApis implements EndpointService {
  readonly #account: Account;
  readonly #apis = new Map<string, LiveApi>();
  readonly #fronts = new Map<string, EndpointFront>();
  #withdraw: (() => void) | undefined = undefined;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Answers what takes it away again. */
  add(api: LiveApi): (graceMs: number) => Promise<void> {
    const { directory, region } = this.#account;
    this.#withdraw ??= endpointServices.add(directory, `com.amazonaws.${region}.execute-api`, this);
    this.#apis.set(api.id, api);
    return async (graceMs) => {
      this.#apis.delete(api.id);
      if (this.#apis.size > 0) return;
      this.#withdraw?.();
      this.#withdraw = undefined;
      const fronts = [...this.#fronts.values()];
      this.#fronts.clear();
      await Promise.all(fronts.map(({ server }) => server.close(graceMs)));
    };
  }

  knows(host: string): boolean {
    return this.#apis.has(host.split('.', 1)[0]!);
  }

  connect(through: EndpointConnection): Socket {
    let front = this.#fronts.get(through.endpointId);
    if (front === undefined) this.#fronts.set(through.endpointId, (front = this.#open(through)));
    front.through = through;
    const [client, server] = duplexPair({ allowHalfOpen: true });
    Object.defineProperties(server, { remoteAddress: { value: through.clientAddress }, remotePort: { value: 0 } });
    // Readers and writers of HTTP use nothing of a socket that a duplex does not have.
    front.server.accept(server as Socket);
    return client as Socket;
  }

  #open(through: EndpointConnection): EndpointFront {
    const account = this.#account;
    const front: EndpointFront = {
      through,
      server: createHttpServer({
        handle: (exchange) => this.#handle(exchange, front.through),
        limits: { headerBytes: 2 * maxHeaderValues },
        refusalAnswer,
        onError: (error) => account.emit({ event: 'notice', message: `VPC endpoint ${through.endpointId} failed: ${String(error)}` }),
        clock: account.clock,
      }),
    };
    return front;
  }

  #handle(exchange: Exchange, through: EndpointConnection): void | Promise<void> {
    const { headers } = exchange.head;
    const host = (headerValue(headers, 'Host') ?? '').replace(/:\d+$/, '').toLowerCase();
    const named = tryPrivateHost(host, headerValue(headers, 'x-apigw-api-id'), { ...through, ...this.#account });
    const api = named === undefined ? undefined : this.#apis.get(named.apiId);
    const forbid = (why: string): void => answerForbidden(this.#account, exchange, through.endpointId, why);
    if (named === undefined) return forbid(`"${host}" names no API at VPC endpoint ${through.endpointId}`);
    // Public APIs too: private DNS sends their names here, and here they are not.
    if (api === undefined) return forbid(`There is no private API "${named.apiId}"; a VPC endpoint leads to no others`);
    if (named.endpointId !== undefined && !api.endpointIds.includes(named.endpointId))
      return forbid(`API "${named.apiId}" is not associated with ${named.endpointId}: it is not among its VpcEndpointIds`);
    const { endpointId: id, vpcId, policy } = through;
    return api.handlePrivately(exchange, { endpoint: { id, vpcId, policy } }, named.domainName);
  }
}

const ofAccounts = new AccountRegister<PrivateApis>();

/** Lets VPC endpoints lead to the API. Answers what takes it away again. */
export function servePrivately(account: Account, api: LiveApi): (graceMs: number) => Promise<void> {
  let apis = ofAccounts.find(account.directory, 'private');
  if (apis === undefined) ofAccounts.add(account.directory, 'private', (apis = new PrivateApis(account)));
  return apis.add(api);
}
