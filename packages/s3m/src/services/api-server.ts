import type { Exchange, Refusal } from '../http/exchange.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import type { RefusalAnswer } from '../http/server-rules.ts';
import type { Account } from './account.ts';

/** An API, REST or HTTP, as its server names it. */
interface ServedApi {
  readonly name: string;
  readonly logicalId: string;
}

/** The server of an API's default endpoint. */
export class ApiServer {
  /** `http://127.0.0.1:3000`; empty until it listens. */
  url = '';
  readonly #account: Account;
  readonly #api: ServedApi;
  readonly #server: HttpServer;

  /** `maxHead`: in bytes, of what AWS counts of a head. */
  constructor(
    account: Account,
    api: ServedApi,
    rules: {
      readonly maxHead: number;
      handle(exchange: Exchange): void | Promise<void>;
      refusalAnswer(refusal: Refusal): RefusalAnswer;
    },
  ) {
    this.#account = account;
    this.#api = api;
    this.#server = createHttpServer({
      handle: rules.handle,
      // Names and values together have to fit; what AWS counts of them is measured by its own rule.
      limits: { headerBytes: 2 * rules.maxHead },
      refusalAnswer: rules.refusalAnswer,
      onError: (error) => tellError(account, api, error, 'unknown'),
      clock: account.clock,
    });
  }

  /** Begins to listen on 127.0.0.1. @throws ResourceFailure when a port that the user named is taken */
  async listen(): Promise<void> {
    const port = await this.#account.ports.listen(this.#server.server, { name: 'api', logicalId: this.#api.logicalId, preferred: 3000 });
    this.url = `http://127.0.0.1:${port}`;
  }

  /** @param graceMs for requests under way */
  close(graceMs: number): Promise<void> {
    return this.#server.close(graceMs);
  }
}

/** Tells the developer of an error that no request should meet. */
export function tellError(account: Account, { name }: Pick<ServedApi, 'name'>, error: unknown, requestId: string): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  account.emit({ event: 'notice', message: `API "${name}" failed at request ${requestId}: ${text}` });
}
