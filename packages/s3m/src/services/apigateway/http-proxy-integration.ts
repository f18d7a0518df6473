import type { ConnectionRoute } from '../../capabilities/connection.ts';
import { BodyTooLarge, type MessageBody } from '../../http/message.ts';
import { AnswerTimeout } from '../../http/pool-errors.ts';
import type { IncomingAnswer } from '../../http/pooled-connection.ts';
import type { IntegrationTrace } from '../../trace/trace.ts';
import type { BackendConnection, Fleet } from '../../gateway/backend-connections.ts';
import type { Source } from './context-variables.ts';
import type { DeploymentServices } from './deployment-services.ts';
import { answerTooLarge, configurationError, malformedAnswer, Refused } from './failures.ts';
import { maxPayload } from './front-end.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { HttpEndpoint } from './http-endpoint.ts';
import { toIntegrationFailure, type IntegrationFailure } from './integration-failure.ts';
import { backendAddress, parseIntegrationUri, type IntegrationUri } from '../../gateway/backend-uri.ts';
import { compileTarget, type TargetBuilder } from './integration-target.ts';
import type { Integration, Outcome } from './integration.ts';
import { compileSource } from './parameter-source.ts';
import { ProxyHeaderPlan } from './proxy-request-headers.ts';
import { toClientHeaders } from './proxy-response-headers.ts';
import { readRequestBody } from './request-body.ts';
import { hasStageVariables, resolveStageVariables } from '../../gateway/stage-variables.ts';

/** What depends on the URI, which stage variables may change. */
interface Endpoint {
  readonly uri: IntegrationUri;
  readonly target: TargetBuilder;
  readonly headers: ProxyHeaderPlan;
  /** Undefined when a stage variable chooses the link. */
  readonly fleet: Fleet | undefined;
}

/** One request's way through the integration. */
interface Passage {
  readonly request: GatewayRequest;
  readonly linkId: string | undefined;
  readonly sent: NonNullable<IntegrationTrace['request']>;
  readonly startedAt: number;
}

/** HTTP_PROXY: the request as it came, to a backend behind a VPC link or on the Internet; the answer as it comes (areas J and K). */
export class HttpProxyIntegration implements Integration {
  readonly type = 'HTTP_PROXY';
  readonly #definition: HttpEndpoint;
  readonly #services: DeploymentServices;
  readonly #pathSources: ReadonlyMap<string, Source>;
  readonly #querySources: readonly (readonly [string, Source])[];
  readonly #headerSources: readonly (readonly [string, Source])[];
  readonly #endpoint: Endpoint | undefined;

  constructor(definition: HttpEndpoint, services: DeploymentServices) {
    this.#definition = definition;
    this.#services = services;
    const sources = (place: string): (readonly [string, Source])[] => mappings(definition.parameters, `integration.request.${place}.`);
    this.#pathSources = new Map(sources('path'));
    this.#querySources = sources('querystring');
    this.#headerSources = sources('header');
    this.#endpoint = hasStageVariables(definition.uri) ? undefined : this.#compile(definition.uri);
  }

  async run(request: GatewayRequest): Promise<Outcome> {
    const endpoint = this.#endpoint ?? this.#compile(resolveStageVariables(this.#definition.uri, request.variables));
    if (endpoint === undefined) return new Refused(configurationError, `Invalid endpoint address: ${this.#definition.uri}`); // AG-258
    const body = request.hasBody ? await readRequestBody(request) : undefined;
    if (body !== undefined && !Buffer.isBuffer(body)) return body;
    const inner = endpoint.target(request);
    if (inner instanceof Refused) return inner;
    const headers = endpoint.headers.build(request);
    if (headers instanceof Refused) return headers;
    const { clock, connections, settings } = this.#services;
    const { timeoutMs } = this.#definition;
    const linkId = this.#linkId(request);
    const target = linkId !== undefined && settings.stageInLinkPath ? `/${request.target.stage}${inner}` : inner; // AG-182, AG-201
    const passage: Passage = {
      request,
      linkId,
      sent: { added: endpoint.headers.added, removed: headers.removed },
      startedAt: clock.monotonic(),
    };
    let answer: IncomingAnswer<BackendConnection> | undefined;
    try {
      const method = this.#definition.verb === 'ANY' ? request.verb : this.#definition.verb; // AG-204
      const head = { method, target, headers: headers.lines };
      if (request.exchange !== undefined) {
        const { secure, authority } = endpoint.uri;
        request.exchange.sent = { uri: `${secure ? 'https' : 'http'}://${authority}${target}`, headers: headers.lines, body };
      }
      const fleet = endpoint.fleet ?? connections.fleet(backendAddress(endpoint.uri, linkId, this.#definition.linkTarget));
      answer = await fleet.next().send(body === undefined ? { head } : { head, body }, { timeoutMs });
      return await this.#toAnswer(passage, answer);
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        return new Refused(answerTooLarge, `The backend's answer is larger than ${maxPayload} bytes`); // AG-261
      }
      const failure = toIntegrationFailure(error);
      if (failure === undefined) throw error;
      traceIntegration(passage, answer?.connection.route ?? failure.route);
      return await this.#refuse(passage, failure);
    } finally {
      request.trace.timings['integration'] = clock.monotonic() - passage.startedAt;
    }
  }

  #compile(text: string): Endpoint | undefined {
    const uri = parseIntegrationUri(text);
    if (uri === undefined) return undefined;
    const { vpcLinkId } = this.#definition;
    const { connections } = this.#services;
    return {
      uri,
      target: compileTarget(uri.path, this.#pathSources, this.#querySources),
      headers: new ProxyHeaderPlan(this.#headerSources, uri.authority, this.#services.api.id),
      fleet: hasStageVariables(vpcLinkId ?? '')
        ? undefined
        : connections.fleet(backendAddress(uri, vpcLinkId, this.#definition.linkTarget)),
    };
  }

  /** AG-183: may come from a stage variable. */
  #linkId({ variables }: GatewayRequest): string | undefined {
    const { vpcLinkId } = this.#definition;
    return vpcLinkId === undefined ? undefined : resolveStageVariables(vpcLinkId, variables);
  }

  /** The answer is taken in whole before it goes on, so that one that breaks off or is too large is never begun. */
  async #toAnswer(passage: Passage, { head, body, connection }: IncomingAnswer<BackendConnection>): Promise<Outcome> {
    const { request } = passage;
    request.integrationStatus = String(head.status);
    if (head.status < 200 || head.status > 599) {
      body.discard();
      return new Refused(malformedAnswer, `The backend answered with status ${head.status}`);
    }
    const bytes = body.length === 0 ? undefined : await this.#readAll(body, passage.startedAt);
    if (request.exchange !== undefined) request.exchange.received = { status: head.status, headers: head.headers, body: bytes };
    const { lines, renamed, removed } = toClientHeaders(passage.request, head.headers, head.status === 204 || head.status === 304);
    traceIntegration(passage, connection.route, { added: answerHeaders, renamed, removed });
    if (bytes === undefined) return { status: head.status, reason: head.reason, headers: lines };
    return { status: head.status, reason: head.reason, headers: lines, body: bytes };
  }

  /** AG-255: the integration's time covers the answer to its last byte. */
  #readAll(body: MessageBody, startedAt: number): Promise<Buffer> {
    // Most answers have come with their head.
    if (body.settled === true || (body.length ?? 0) > maxPayload) return body.readAll(maxPayload);
    const { clock } = this.#services;
    const { timeoutMs } = this.#definition;
    return new Promise((resolve, reject) => {
      const timer = clock.after(Math.max(0, timeoutMs - (clock.monotonic() - startedAt)), () => {
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
  async #refuse({ request, startedAt }: Passage, failure: IntegrationFailure): Promise<Refused> {
    request.trace.logs.push(failure.log);
    if (failure.silent) {
      const { clock, schedule } = this.#services;
      const left = Math.max(0, this.#definition.timeoutMs - (clock.monotonic() - startedAt));
      await new Promise<void>((resolve) => void schedule.after(left, resolve));
    }
    return new Refused(failure.failure, failure.why);
  }
}

const answerHeaders: readonly string[] = ['x-amzn-RequestId', 'x-amz-apigw-id'];

function mappings(parameters: Readonly<Record<string, string>>, prefix: string): (readonly [string, Source])[] {
  return Object.entries(parameters)
    .filter(([target]) => target.startsWith(prefix))
    .map(([target, expression]) => [target.slice(prefix.length), compileSource(expression)] as const);
}

/** Fills the trace in: the way of the connection as far as it got, and the headers that came and went. */
function traceIntegration(
  { request: { trace }, linkId, sent }: Passage,
  route: Partial<ConnectionRoute> | undefined,
  response?: IntegrationTrace['response'],
): void {
  // `undefined` members would be shown as such.
  const integration: { -readonly [K in keyof IntegrationTrace]: IntegrationTrace[K] } = { type: 'HTTP_PROXY', request: sent };
  if (linkId !== undefined) integration.link = linkId;
  if (route?.loadBalancer !== undefined) integration.loadBalancer = route.loadBalancer;
  if (route?.listener !== undefined) integration.listener = route.listener;
  if (route?.targetGroup !== undefined) integration.targetGroup = route.targetGroup;
  if (route?.target !== undefined) integration.target = route.target;
  if (route?.hops !== undefined) integration.network = route.hops;
  if (response !== undefined) integration.response = response;
  trace.integration = integration;
}
