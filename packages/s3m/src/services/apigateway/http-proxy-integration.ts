import type { ConnectionRoute } from '../../capabilities/connection.ts';
import type { Clock } from '../../clock/clock.ts';
import type { HttpAnswer } from '../../http/exchange.ts';
import { BodyTooLarge, type MessageBody } from '../../http/message.ts';
import { AnswerTimeout } from '../../http/pool-errors.ts';
import type { IncomingAnswer } from '../../http/pooled-connection.ts';
import type { IntegrationTrace } from '../../trace/trace.ts';
import type { BackendConnection, BackendConnections } from './backend-connections.ts';
import type { Source } from './context-variables.ts';
import { answerTooLarge, configurationError, malformedAnswer, Refused } from './failures.ts';
import { maxPayload } from './front-end.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { toIntegrationFailure, type IntegrationFailure } from './integration-failure.ts';
import { backendAddress, compileTarget, parseIntegrationUri, type IntegrationUri, type TargetBuilder } from './integration-uri.ts';
import type { Integration, Outcome } from './integration.ts';
import type { HttpProxyDefinition } from './method-definition.ts';
import { compileSource } from './parameter-source.ts';
import { ProxyHeaderPlan } from './proxy-request-headers.ts';
import { toClientHeaders } from './proxy-response-headers.ts';
import { readRequestBody } from './request-body.ts';
import { hasStageVariables, resolveStageVariables } from './stage-variables.ts';

/** What an HTTP integration stands on. */
export interface HttpServices {
  readonly connections: BackendConnections;
  /** AWS's pace: the integration's own time-out. */
  readonly clock: Clock;
  /** Scaled: the silence of a network that drops packets. */
  readonly schedule: Clock;
  readonly apiId: string;
}

/** What depends on the URI, which stage variables may change. */
interface Endpoint {
  readonly uri: IntegrationUri;
  readonly target: TargetBuilder;
  readonly headers: ProxyHeaderPlan;
}

/** HTTP_PROXY: the request as it came, to a backend behind a VPC link or on the Internet; the answer as it comes (areas J and K). */
export class HttpProxyIntegration implements Integration {
  readonly type = 'HTTP_PROXY';
  readonly #definition: HttpProxyDefinition;
  readonly #services: HttpServices;
  readonly #pathSources: ReadonlyMap<string, Source>;
  readonly #querySources: readonly (readonly [string, Source])[];
  readonly #headerSources: readonly (readonly [string, Source])[];
  readonly #endpoint: Endpoint | undefined;

  constructor(definition: HttpProxyDefinition, services: HttpServices) {
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
    const body = await readRequestBody(request);
    if (body !== undefined && !Buffer.isBuffer(body)) return body;
    const target = endpoint.target(request);
    if (target instanceof Refused) return target;
    const headers = endpoint.headers.build(request);
    if (headers instanceof Refused) return headers;
    const sent = { added: endpoint.headers.added, removed: headers.removed };
    const linkId = this.#linkId(request);
    const { clock, connections } = this.#services;
    const { timeoutMs } = this.#definition;
    const startedAt = clock.monotonic();
    let answer: IncomingAnswer<BackendConnection> | undefined;
    try {
      const method = this.#definition.verb === 'ANY' ? request.verb : this.#definition.verb; // AG-204
      const pool = connections.pool(backendAddress(endpoint.uri, linkId));
      answer = await pool.send(
        { head: { method, target, headers: headers.lines }, ...(body === undefined ? {} : { body }) },
        { timeoutMs },
      );
      return await this.#toAnswer(request, answer, sent, startedAt);
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        return new Refused(answerTooLarge, `The backend's answer is larger than ${maxPayload} bytes`); // AG-261
      }
      const failure = toIntegrationFailure(error);
      if (failure === undefined) throw error;
      request.trace.integration = traceOf(answer?.connection.route ?? failure.route, linkId, sent);
      return this.#refuse(request, failure, startedAt);
    } finally {
      request.trace.timings['integration'] = clock.monotonic() - startedAt;
    }
  }

  #compile(text: string): Endpoint | undefined {
    const uri = parseIntegrationUri(text);
    if (uri === undefined) return undefined;
    return {
      uri,
      target: compileTarget(uri.path, this.#pathSources, this.#querySources),
      headers: new ProxyHeaderPlan(this.#headerSources, uri.authority, this.#services.apiId),
    };
  }

  /** AG-183: may come from a stage variable. */
  #linkId({ variables }: GatewayRequest): string | undefined {
    const { vpcLinkId } = this.#definition;
    return vpcLinkId === undefined ? undefined : resolveStageVariables(vpcLinkId, variables);
  }

  /** The answer is taken in whole before it goes on, so that one that breaks off or is too large is never begun. */
  async #toAnswer(
    request: GatewayRequest,
    { head, body, connection }: IncomingAnswer<BackendConnection>,
    sent: NonNullable<IntegrationTrace['request']>,
    startedAt: number,
  ): Promise<Outcome> {
    const linkId = this.#linkId(request);
    if (head.status < 200 || head.status > 599) {
      body.discard();
      return new Refused(malformedAnswer, `The backend answered with status ${head.status}`);
    }
    const bytes = body.length === 0 ? undefined : await this.#readAll(body, startedAt);
    const { lines, renamed, removed } = toClientHeaders(request, head.headers, head.status === 204 || head.status === 304);
    request.trace.integration = { ...traceOf(connection.route, linkId, sent), response: { added: answerHeaders, renamed, removed } };
    const answer: HttpAnswer = { status: head.status, reason: head.reason, headers: lines };
    return bytes === undefined ? answer : { ...answer, body: bytes };
  }

  /** AG-255: the integration's time covers the answer to its last byte. */
  async #readAll(body: MessageBody, startedAt: number): Promise<Buffer> {
    const { clock } = this.#services;
    const { timeoutMs } = this.#definition;
    if (body.length !== undefined && body.length > maxPayload) {
      body.discard();
      throw new BodyTooLarge(maxPayload);
    }
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
  async #refuse(request: GatewayRequest, failure: IntegrationFailure, startedAt: number): Promise<Refused> {
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

function traceOf(
  route: Partial<ConnectionRoute> | undefined,
  linkId: string | undefined,
  request: NonNullable<IntegrationTrace['request']>,
): IntegrationTrace {
  const { loadBalancer, listener, targetGroup, target, hops } = route ?? {};
  return {
    type: 'HTTP_PROXY',
    ...(linkId === undefined ? {} : { link: linkId }),
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
    ...(listener === undefined ? {} : { listener }),
    ...(targetGroup === undefined ? {} : { targetGroup }),
    ...(target === undefined ? {} : { target }),
    ...(hops === undefined ? {} : { network: hops }),
    request,
  };
}
