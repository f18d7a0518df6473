import type { BackendConnection } from '../../../gateway/backend-connections.ts';
import { backendAddress, type IntegrationUri } from '../../../gateway/backend-uri.ts';
import { resolveStageVariables } from '../../../gateway/stage-variables.ts';
import { BodyTooLarge, type HeaderLines } from '../../../http/message.ts';
import type { IncomingAnswer } from '../../../http/pooled-connection.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import type { Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { termsOf, type HttpEndpoint } from '../http-endpoint.ts';
import { toIntegrationFailure } from '../integration-failure.ts';
import { checkStatus, readWithin, refuseFailed, tooLarge, type Allowance } from './take-answer.ts';

/** A request for a backend. */
export interface BackendRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderLines;
  readonly body: Buffer | undefined;
}

/** What a backend answered, taken in whole. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: Buffer;
}

/** Where an integration's requests go. */
export interface Backend {
  readonly uri: IntegrationUri;
  readonly endpoint: HttpEndpoint;
  readonly services: DeploymentServices;
}

/** Sends a request through the VPC link or over the Internet and takes the answer in; what goes wrong is answered as by AWS (areas I and K). */
export async function callBackend(
  request: GatewayRequest,
  backend: Backend,
  { method, target, headers, body }: BackendRequest,
): Promise<BackendAnswer | Refused> {
  const { uri, endpoint, services } = backend;
  const { clock, connections } = services;
  const linkId = endpoint.vpcLinkId === undefined ? undefined : resolveStageVariables(endpoint.vpcLinkId, request.variables); // AG-183
  const startedAt = clock.monotonic();
  const { timeoutMs } = endpoint;
  const allowance: Allowance = { timeoutMs, timeLeft: () => Math.max(0, timeoutMs - (clock.monotonic() - startedAt)) };
  const sent = { added: headers.filter((_, index) => index % 2 === 0), removed: [] };
  let answer: IncomingAnswer<BackendConnection> | undefined;
  try {
    const head = { method, target, headers };
    if (request.exchange !== undefined) {
      request.exchange.sent = { uri: `${uri.secure ? 'https' : 'http'}://${uri.authority}${target}`, headers, body };
    }
    const { clientCertificate } = request;
    const fleet = connections.fleet(backendAddress(uri, linkId, { ...termsOf(endpoint), clientCertificate })); // AG-537
    answer = await fleet.next().send(body === undefined ? { head } : { head, body }, { timeoutMs });
    request.trace.passedOn(linkId, answer.connection.route, sent, undefined);
    return await takeIn(request, answer, allowance, services);
  } catch (error) {
    if (error instanceof BodyTooLarge) return tooLarge();
    const failure = toIntegrationFailure(error);
    if (failure === undefined) throw error;
    request.trace.passedOn(linkId, answer?.connection.route ?? failure.route, sent, undefined);
    return await refuseFailed(request, failure, allowance, services.schedule);
  } finally {
    request.trace.integrationMs = clock.monotonic() - startedAt;
  }
}

async function takeIn(
  request: GatewayRequest,
  { head, body }: IncomingAnswer<BackendConnection>,
  allowance: Allowance,
  { clock }: DeploymentServices,
): Promise<BackendAnswer | Refused> {
  const { status, headers } = head;
  request.integrationStatus = String(status);
  const malformed = checkStatus(status);
  if (malformed !== undefined) {
    body.discard();
    return malformed;
  }
  const bytes = body.length === 0 ? Buffer.alloc(0) : await readWithin(body, allowance, clock);
  if (request.exchange !== undefined) request.exchange.received = { status, headers, body: bytes };
  return { status, headers, body: bytes };
}
