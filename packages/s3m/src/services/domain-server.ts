import { plainArrival } from '../gateway/arrival.ts';
import type { CustomDomain } from '../gateway/custom-domain.ts';
import { arrivalOf } from '../gateway/mutual-tls.ts';
import type { Exchange, Refusal } from '../http/exchange.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import type { RefusalAnswer } from '../http/server-rules.ts';
import type { Account } from './account.ts';
import { answerForbidden } from './forbidden.ts';

/** Answered by the service itself on every custom domain (AG-021). */
const healthChecks = new Set(['/ping', '/sping']);

/** The server of a custom domain: hands each request to the API that is mapped to its path. */
export function createDomainServer(account: Account, domain: CustomDomain, refusalAnswer: (refusal: Refusal) => RefusalAnswer): HttpServer {
  return createHttpServer({
    handle: (exchange) => {
      const { target } = exchange.head;
      const { tls } = exchange.peer;
      const arrival = tls === undefined ? plainArrival : arrivalOf(tls);
      if (arrival.denied === undefined && healthChecks.has(target.split('?', 1)[0]!)) return answerHealthCheck(exchange);
      const found = domain.find(target);
      return found === undefined ? refuse(account, domain, exchange) : found.target(exchange, { ...found.address, arrival });
    },
    // Names and values together; the API that answers measures by its own rule (AG-431, AG-558).
    limits: { headerBytes: 2 * 10_240 },
    refusalAnswer,
    onError: (error) => account.emit({ event: 'notice', message: `Domain ${domain.name} failed: ${String(error)}` }),
    clock: account.clock,
  });
}

function answerHealthCheck(exchange: Exchange): void {
  exchange.send({ status: 200, headers: ['Content-Type', 'text/plain'], body: 'healthy' });
}

/** AG-017 */
function refuse(account: Account, domain: CustomDomain, exchange: Exchange): void {
  const known = domain.basePaths.map((basePath) => (basePath === '' ? '(none)' : basePath)).join(', ');
  const why = `No base path mapping of ${domain.name} covers this path; there are: ${known === '' ? 'none' : known}`;
  answerForbidden(account, exchange, domain.name, why);
}
