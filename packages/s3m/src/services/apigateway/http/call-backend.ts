import type { ConnectionRoute } from '../../../capabilities/connection.ts';
import type { BackendConnection } from '../../../gateway/backend-connections.ts';
import { backendAddress, type IntegrationUri } from '../../../gateway/backend-uri.ts';
import { resolveStageVariables } from '../../../gateway/stage-variables.ts';
import { BodyTooLarge, type HeaderLines, type MessageBody } from '../../../http/message.ts';
import { AnswerTimeout } from '../../../http/pool-errors.ts';
import type { IncomingAnswer } from '../../../http/pooled-connection.ts';
import type { IntegrationTrace } from '../../../trace/trace.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { answerTooLarge, malformedAnswer, Refused } from '../failures.ts';
import { maxPayload } from '../front-end.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { HttpEndpoint } from '../http-endpoint.ts';
import { toIntegrationFailure, type IntegrationFailure } from '../integration-failure.ts';

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
  const added = headers.filter((_, index) => index % 2 === 0);
  let answer: IncomingAnswer<BackendConnection> | undefined;
  try {
    const head = { method, target, headers };
    if (request.exchange !== undefined) {
      request.exchange.sent = { uri: `${uri.secure ? 'https' : 'http'}://${uri.authority}${target}`, headers, body };
    }
    const fleet = connections.fleet(backendAddress(uri, linkId, endpoint.linkTarget));
    answer = await fleet.next().send(body === undefined ? { head } : { head, body }, { timeoutMs: endpoint.timeoutMs });
    trace(request, { linkId, added, route: answer.connection.route });
    return await takeIn(request, answer, () => Math.max(0, endpoint.timeoutMs - (clock.monotonic() - startedAt)), backend);
  } catch (error) {
    if (error instanceof BodyTooLarge) return new Refused(answerTooLarge, `The backend's answer is larger than ${maxPayload} bytes`); // AG-261
    const failure = toIntegrationFailure(error);
    if (failure === undefined) throw error;
    trace(request, { linkId, added, route: answer?.connection.route ?? failure.route });
    return await refuse(request, failure, services, () => Math.max(0, endpoint.timeoutMs - (clock.monotonic() - startedAt)));
  } finally {
    request.trace.integrationMs = clock.monotonic() - startedAt;
  }
}

async function takeIn(
  request: GatewayRequest,
  { head, body }: IncomingAnswer<BackendConnection>,
  timeLeft: () => number,
  { endpoint, services }: Backend,
): Promise<BackendAnswer | Refused> {
  request.integrationStatus = String(head.status);
  if (head.status < 200 || head.status > 599) {
    body.discard();
    return new Refused(malformedAnswer, `The backend answered with status ${head.status}`);
  }
  const bytes = body.length === 0 ? Buffer.alloc(0) : await readWithin(body, timeLeft(), endpoint.timeoutMs, services);
  if (request.exchange !== undefined) request.exchange.received = { status: head.status, headers: head.headers, body: bytes };
  return { status: head.status, headers: head.headers, body: bytes };
}

/** AG-255: the integration's time covers the answer to its last byte. */
function readWithin(body: MessageBody, leftMs: number, timeoutMs: number, { clock }: DeploymentServices): Promise<Buffer> {
  if (body.settled === true || (body.length ?? 0) > maxPayload) return body.readAll(maxPayload);
  return new Promise((resolve, reject) => {
    const timer = clock.after(leftMs, () => {
      reject(new AnswerTimeout(timeoutMs, 'body'));
      body.discard();
    });
    body
      .readAll(maxPayload)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}

/** Where packets are dropped, AWS waits for an answer until the time is up. That silence is scaled, like other waits for nothing. */
async function refuse(
  request: GatewayRequest,
  { log, silent, failure, why }: IntegrationFailure,
  { schedule }: DeploymentServices,
  timeLeft: () => number,
): Promise<Refused> {
  request.trace.logs.push(log);
  if (silent) await new Promise<void>((resolve) => void schedule.after(timeLeft(), resolve));
  return new Refused(failure, why);
}

interface Way {
  readonly linkId: string | undefined;
  readonly added: readonly string[];
  readonly route: Partial<ConnectionRoute> | undefined;
}

function trace(request: GatewayRequest, { linkId, added, route }: Way): void {
  // `undefined` members would be shown as such.
  const integration: { -readonly [K in keyof IntegrationTrace]: IntegrationTrace[K] } = { type: 'HTTP', request: { added, removed: [] } };
  if (linkId !== undefined) integration.link = linkId;
  if (route?.loadBalancer !== undefined) integration.loadBalancer = route.loadBalancer;
  if (route?.listener !== undefined) integration.listener = route.listener;
  if (route?.targetGroup !== undefined) integration.targetGroup = route.targetGroup;
  if (route?.target !== undefined) integration.target = route.target;
  if (route?.hops !== undefined) integration.network = route.hops;
  request.trace.integration = integration;
}
