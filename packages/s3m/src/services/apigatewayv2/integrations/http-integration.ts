import type { ConnectionRoute } from '../../../capabilities/connection.ts';
import type { BackendConnection, Fleet } from '../../../gateway/backend-connections.ts';
import { backendAddress, parseIntegrationUri } from '../../../gateway/backend-uri.ts';
import { hasStageVariables, resolveStageVariables } from '../../../gateway/stage-variables.ts';
import { BodyTooLarge } from '../../../http/message.ts';
import { Unwritable } from '../../../http/write-head.ts';
import type { IncomingAnswer } from '../../../http/pooled-connection.ts';
import type { IntegrationTrace } from '../../../trace/trace.ts';
import { badRequest, internalServerError, Refused, serviceUnavailable, type Outcome } from '../failures.ts';
import type { HttpApiRequest } from '../request/http-api-request.ts';
import { maxPayload } from '../request/sizes.ts';
import { within } from '../../../gateway/within.ts';
import { tryBackendFailure } from './backend-failure.ts';
import { addedHeaders, toBackendHeaders } from './backend-headers.ts';
import { toBackendTarget } from './backend-target.ts';
import type { HttpDefinition } from './integration-definition.ts';
import type { HttpApiServices, Integration } from './integration.ts';
import { RequestMapping } from './parameter-mapping.ts';
import { ResponseMapping, type WholeAnswer } from './response-mapping.ts';

/** What depends on the URI, which stage variables may change. */
interface Endpoint {
  readonly fleet: Fleet;
  /** Undefined behind a VPC link, where it is the host that the client asked for (AG-582). */
  readonly host: string | undefined;
  /** Path and query of the URI; undefined behind a VPC link. */
  readonly path: string | undefined;
}

/** Concern the connection alone; the framing is written anew. */
const droppedOfAnswers: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
]);

/** HTTP_PROXY: the request as it came, to a listener behind a VPC link or to a URL (AG-577 to AG-584). */
export class HttpIntegration implements Integration {
  readonly type = 'HTTP_PROXY';
  readonly #definition: HttpDefinition;
  readonly #services: HttpApiServices;
  readonly #request: RequestMapping;
  readonly #response: ResponseMapping;
  readonly #endpoint: Endpoint | undefined;

  constructor(definition: HttpDefinition, services: HttpApiServices) {
    this.#definition = definition;
    this.#services = services;
    this.#request = new RequestMapping(definition.requestParameters);
    this.#response = new ResponseMapping(definition.responseParameters);
    const fixed = !hasStageVariables(definition.uri) && !hasStageVariables(definition.vpcLinkId ?? '');
    this.#endpoint = fixed ? this.#resolve({}) : undefined;
  }

  async run(request: HttpApiRequest): Promise<Outcome> {
    const endpoint = this.#endpoint ?? this.#resolve(request.variables);
    if (endpoint === undefined) return new Refused(internalServerError, `The integration's URI is no HTTP URL: ${this.#definition.uri}`);
    const mapped = this.#request.apply(request);
    const target = toBackendTarget(request, endpoint.path, mapped);
    if (target === undefined) return new Refused(badRequest, 'The path has a segment that is . or .., or is not UTF-8');
    const { lines, removed } = toBackendHeaders(request, mapped.headers, endpoint.host ?? request.api.host);
    const sent = { added: [...addedHeaders, ...this.#request.added], removed };
    const { clock } = this.#services;
    const { timeoutMs } = this.#definition;
    const began = clock.monotonic();
    const timeLeft = (): number => Math.max(0, timeoutMs - (clock.monotonic() - began));
    let answer: IncomingAnswer<BackendConnection> | undefined;
    try {
      const head = { method: this.#definition.method === 'ANY' ? request.method : this.#definition.method, target, headers: lines };
      answer = await endpoint.fleet.next().send(request.bytes === undefined ? { head } : { head, body: request.bytes }, { timeoutMs });
      const whole = await this.#takeIn(request, answer, sent, timeLeft());
      if (whole === undefined) return new Refused(serviceUnavailable, `The backend's answer was not complete within ${timeoutMs} ms`); // AG-553
      return this.#response.apply(request, whole);
    } catch (error) {
      if (error instanceof BodyTooLarge) return new Refused(internalServerError, `The backend's answer is larger than ${maxPayload} bytes`);
      if (error instanceof Unwritable) return new Refused(internalServerError, `The request cannot be sent on: ${error.message}`);
      const failure = tryBackendFailure(error);
      if (failure === undefined) throw error;
      this.#trace(request, answer?.connection.route ?? failure.route, { request: sent });
      if (failure.silent) await this.#silence(timeLeft());
      return new Refused(serviceUnavailable, failure.why); // AG-553, AG-555
    } finally {
      request.trace.timings['integration'] = clock.monotonic() - began;
    }
  }

  #resolve(variables: Readonly<Record<string, string>>): Endpoint | undefined {
    const { connections } = this.#services;
    const uri = resolveStageVariables(this.#definition.uri, variables);
    if (this.#definition.vpcLinkId !== undefined) {
      const linkId = resolveStageVariables(this.#definition.vpcLinkId, variables);
      // The listener's ARN says which port it is.
      const { serverName } = this.#definition;
      const address = { kind: 'vpc-link', linkId, port: 0, target: uri, ...(serverName === undefined ? {} : { serverName }) } as const;
      return { fleet: connections.fleet(address), host: undefined, path: undefined }; // AG-579
    }
    const parsed = parseIntegrationUri(uri);
    if (parsed === undefined) return undefined;
    return { fleet: connections.fleet(backendAddress(parsed, undefined)), host: parsed.authority, path: parsed.path };
  }

  /** The answer is taken in whole before it goes on, so that one that breaks off or is too large is never begun. Undefined when it takes too long. */
  async #takeIn(
    request: HttpApiRequest,
    { head, body, connection }: IncomingAnswer<BackendConnection>,
    sent: NonNullable<IntegrationTrace['request']>,
    timeLeft: number,
  ): Promise<WholeAnswer | undefined> {
    const bytes = body.length === 0 ? Buffer.alloc(0) : await within(body.readAll(maxPayload), timeLeft, this.#services.clock);
    const headers: string[] = [];
    const removed: string[] = [];
    for (let index = 0; index < head.headers.length; index += 2) {
      const name = head.headers[index]!;
      if (droppedOfAnswers.has(name.toLowerCase())) removed.push(name);
      else headers.push(name, head.headers[index + 1]!);
    }
    this.#trace(request, connection.route, { request: sent, response: { added: ['Apigw-Requestid'], renamed: [], removed } });
    request.integrationStatus = String(head.status);
    if (bytes === undefined) {
      body.discard();
      return undefined;
    }
    return { status: head.status, reason: head.reason, headers, ...(bytes.length === 0 ? {} : { body: bytes }) };
  }

  /** Where packets are dropped, AWS waits until the time is up. That silence is scaled, like other waits for nothing. */
  #silence(left: number): Promise<void> {
    return new Promise((resolve) => void this.#services.schedule.after(left, resolve));
  }

  /** The way of the connection as far as it got, and the headers that came and went. */
  #trace(
    { trace }: HttpApiRequest,
    route: Partial<ConnectionRoute> | undefined,
    headers: Pick<IntegrationTrace, 'request' | 'response'>,
  ): void {
    const { vpcLinkId } = this.#definition;
    const { loadBalancer, listener, targetGroup, target, hops } = route ?? {};
    // `undefined` members would be shown as such.
    trace.integration = {
      type: 'HTTP_PROXY',
      ...(vpcLinkId === undefined ? {} : { link: vpcLinkId }),
      ...(loadBalancer === undefined ? {} : { loadBalancer }),
      ...(listener === undefined ? {} : { listener }),
      ...(targetGroup === undefined ? {} : { targetGroup }),
      ...(target === undefined ? {} : { target }),
      ...(hops === undefined ? {} : { network: hops }),
      ...headers,
    };
  }
}
