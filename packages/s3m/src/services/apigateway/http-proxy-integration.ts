import { BodyStream } from '../../http/body-stream.ts';
import { toHeaderLines } from '../../http/header-text.ts';
import type { MessageBody } from '../../http/message.ts';
import type { OutgoingRequest } from '../../http/pooled-connection.ts';
import type { Fleet } from '../../gateway/backend-connections.ts';
import { backendAddress, parseIntegrationUri, type IntegrationUri } from '../../gateway/backend-uri.ts';
import { hasStageVariables, resolveStageVariables } from '../../gateway/stage-variables.ts';
import type { Source } from './context-variables.ts';
import type { DeploymentServices } from './deployment-services.ts';
import { configurationError, Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import { termsOf, type HttpEndpoint } from './http-endpoint.ts';
import { Forwarding, streamFrom } from './http-forwarding.ts';
import { compileTarget, type TargetBuilder } from './integration-target.ts';
import type { Integration, Outcome } from './integration.ts';
import { Later, unlessLater } from './later.ts';
import { compileSource, isOfHead } from './parameter-source.ts';
import { ProxyHeaderPlan, type HeadersOfHead } from './proxy-request-headers.ts';
import { bodyBrokeOff, readRequestBody } from './request-body.ts';

/** What depends on the URI, which stage variables may change. */
interface Endpoint {
  readonly uri: IntegrationUri;
  readonly target: TargetBuilder;
  readonly headers: ProxyHeaderPlan;
  /** Undefined when a stage variable chooses the link. */
  readonly fleet: Fleet | undefined;
}

/** What goes to a backend, as far as the client's head alone decides it. */
export interface ForBackend {
  /** Undefined where something else has a say in it. */
  readonly target: string | Refused | undefined;
  readonly headers: HeadersOfHead;
}

/** HTTP_PROXY: the request as it came, to a backend behind a VPC link or on the Internet; the answer as it comes (areas J and K). */
export class HttpProxyIntegration implements Integration {
  readonly type = 'HTTP_PROXY';
  readonly #definition: HttpEndpoint;
  readonly #services: DeploymentServices;
  readonly #pathSources: ReadonlyMap<string, Source>;
  readonly #querySources: readonly (readonly [string, Source])[];
  readonly #headerSources: readonly (readonly [string, Source])[];
  /** Whether a value of the body goes into a header, the path or the query. */
  readonly #mapsBody: boolean;
  /** Whether nothing else than the client's head decides on the path and the query. */
  readonly #targetIsOfHead: boolean;
  readonly #endpoint: Endpoint | undefined;

  constructor(definition: HttpEndpoint, services: DeploymentServices) {
    this.#definition = definition;
    this.#services = services;
    const sources = (place: string): (readonly [string, Source])[] => mappings(definition.parameters, `integration.request.${place}.`);
    this.#mapsBody = Object.values(definition.parameters).some((expression) => expression.startsWith('method.request.body'));
    this.#targetIsOfHead = Object.entries(definition.parameters).every(
      ([target, expression]) => target.startsWith('integration.request.header.') || isOfHead(expression),
    );
    this.#pathSources = new Map(sources('path'));
    this.#querySources = sources('querystring');
    this.#headerSources = sources('header');
    this.#endpoint = hasStageVariables(definition.uri) ? undefined : this.#compile(definition.uri);
  }

  run(request: GatewayRequest): Outcome | Promise<Outcome> | Later {
    if (!request.hasBody) return this.#forward(request, undefined);
    const stream = this.#mapsBody ? undefined : streamOf(request);
    return stream === undefined ? this.#withBody(request) : this.#withBodyBegun(request, stream);
  }

  /** No backend is dialled for a client that only says that it will send a body. */
  async #withBodyBegun(request: GatewayRequest, body: BodyStream): Promise<Outcome> {
    await body.gather();
    return body.error === undefined ? unlessLater(this.#forward(request, body)) : bodyBrokeOff(body.error);
  }

  async #withBody(request: GatewayRequest): Promise<Outcome> {
    const body = await readRequestBody(request);
    return Buffer.isBuffer(body) ? unlessLater(this.#forward(request, body)) : body;
  }

  #forward(request: GatewayRequest, body: Buffer | MessageBody | undefined): Refused | Later {
    const endpoint = this.#endpoint ?? this.#compile(resolveStageVariables(this.#definition.uri, request.variables));
    if (endpoint === undefined) return new Refused(configurationError, `Invalid endpoint address: ${this.#definition.uri}`); // AG-258
    const ofHead = this.#ofHead(endpoint, request);
    const inner = ofHead.target ?? endpoint.target(request);
    if (inner instanceof Refused) return inner;
    const headers = endpoint.headers.build(request, ofHead.headers);
    if (headers instanceof Refused) return headers;
    const { connections, settings } = this.#services;
    const { timeoutMs, verb } = this.#definition;
    const linkId = this.#linkId(request);
    const target = linkId !== undefined && settings.stageInLinkPath ? `/${request.target.stage}${inner}` : inner; // AG-182, AG-201
    const head = { method: verb === 'ANY' ? request.verb : verb, target, headers }; // AG-204
    if (request.exchange !== undefined) recordSent(request, endpoint.uri, head, body);
    const later = new Later();
    // Without a body nothing was waited for since the request was let in.
    const startedAt = (request.hasBody ? undefined : request.admittedAt) ?? this.#services.clock.monotonic();
    const facts = { request, linkId, sent: ofHead.headers.sent, timeoutMs, startedAt, clocks: this.#services };
    const forwarding = new Forwarding(facts, later);
    const { clientCertificate } = request;
    const fixed = clientCertificate === undefined ? endpoint.fleet : undefined;
    const fleet = fixed ?? connections.fleet(backendAddress(endpoint.uri, linkId, { ...termsOf(this.#definition), clientCertificate })); // AG-537
    fleet.next().start({ head, body }, { timeoutMs, startedAt }, forwarding);
    return later;
  }

  #ofHead(endpoint: Endpoint, request: GatewayRequest): ForBackend {
    const { facts } = request;
    if (facts.sent?.by !== endpoint) {
      const target = this.#targetIsOfHead ? endpoint.target(request) : undefined;
      facts.sent = { by: endpoint, forBackend: { target, headers: endpoint.headers.ofHead(facts) } };
    }
    return facts.sent.forBackend;
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
      fleet: hasStageVariables(vpcLinkId ?? '') ? undefined : connections.fleet(backendAddress(uri, vpcLinkId, termsOf(this.#definition))),
    };
  }

  /** AG-183: may come from a stage variable. */
  #linkId({ variables }: GatewayRequest): string | undefined {
    const { vpcLinkId } = this.#definition;
    return vpcLinkId === undefined ? undefined : resolveStageVariables(vpcLinkId, variables);
  }
}

/**
 * A large body of a known length goes on as it comes, with that length. A small one is taken in first: it can be sent once more, and no
 * backend waits for a slow client. One without a length always is: the backend is told a length (AG-237).
 */
function streamOf({ body, wholeBody, exchange }: GatewayRequest): BodyStream | undefined {
  const large = body.length !== undefined && body.length > streamFrom;
  return large && wholeBody === undefined && exchange === undefined && body instanceof BodyStream ? body : undefined;
}

function recordSent(
  request: GatewayRequest,
  uri: IntegrationUri,
  head: OutgoingRequest['head'],
  body: Buffer | MessageBody | undefined,
): void {
  const headers = toHeaderLines(head.headers);
  const url = `${uri.secure ? 'https' : 'http'}://${uri.authority}${head.target}`;
  request.exchange!.sent = { uri: url, headers, body: Buffer.isBuffer(body) ? body : undefined };
}

function mappings(parameters: Readonly<Record<string, string>>, prefix: string): (readonly [string, Source])[] {
  return Object.entries(parameters)
    .filter(([target]) => target.startsWith(prefix))
    .map(([target, expression]) => [target.slice(prefix.length), compileSource(expression)] as const);
}
