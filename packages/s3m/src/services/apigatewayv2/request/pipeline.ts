import { toHeaderLines } from '../../../http/header-text.ts';
import type { Arrival } from '../../../gateway/arrival.ts';
import type { ApiFacts } from '../../../gateway/api-facts.ts';
import type { Exchange, HttpAnswer } from '../../../http/exchange.ts';
import type { HeaderLines } from '../../../http/message.ts';
import type { TraceStore } from '../../../trace/trace-store.ts';
import {
  badRequest,
  entityTooLarge,
  forbidden,
  headersTooLarge,
  internalServerError,
  notFound,
  Refused,
  tooManyRequests,
  type Outcome,
} from '../failures.ts';
import type { AccessLog } from '../logging/access-log.ts';
import type { ServedStage } from '../served-stage.ts';
import type { CompiledRoute, Snapshot } from '../snapshot.ts';
import { isPreflight } from './cors.ts';
import { HttpApiRequest, ownCopy } from './http-api-request.ts';
import { readBody } from './read-body.ts';
import { tryParseTarget } from './request-target.ts';
import { maxHead, maxPayload } from './sizes.ts';

/** What requests to an HTTP API are served with. */
export interface PipelineServices {
  readonly api: ApiFacts;
  readonly stages: ReadonlyMap<string, ServedStage>;
  readonly traces: TraceStore;
  /** Told of what this engine itself got wrong. */
  onError(error: unknown, requestId: string): void;
}

/** A request under way, with what has been found for it. */
interface Passage {
  readonly request: HttpApiRequest;
  readonly mapped: MappedRequest | undefined;
  /** Of the stage when the request came: what is deployed meanwhile does not change a request halfway. */
  snapshot: Snapshot | undefined;
  accessLog: AccessLog | undefined;
}

/** What a mapping of a custom domain says of a request. */
export interface MappedRequest {
  readonly stage: string;
  /** The request target behind the base path: begins with a slash, or is empty. */
  readonly rest: string;
  readonly arrival: Arrival | undefined;
}

/** Answers one request. @param mapped when it came by a custom domain */
export async function handleExchange(services: PipelineServices, exchange: Exchange, mapped?: MappedRequest): Promise<void> {
  const target = tryParseTarget(exchange.head.target);
  const request = new HttpApiRequest(services.api, exchange, target ?? { rawPath: '/', query: '' }, mapped?.arrival);
  const passage: Passage = { request, mapped, snapshot: undefined, accessLog: undefined };
  let outcome: Outcome;
  try {
    outcome = target === undefined ? unreadable : await answer(services, exchange, passage);
  } catch (error) {
    services.onError(error, request.id);
    outcome = new Refused(internalServerError, `The gateway failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  return finish(services, exchange, passage, outcome);
}

const unreadable = new Refused(badRequest, 'The path has an escape that is none or no UTF-8, or a segment that is . or ..');

/** Sizes, stage, route, authorizer, preflight, throttle, body, integration: in this order (AG-065 has it for REST APIs). */
async function answer({ stages }: PipelineServices, exchange: Exchange, passage: Passage): Promise<Outcome> {
  const { request, mapped } = passage;
  const tooLarge = checkSizes(exchange, request);
  if (tooLarge !== undefined) return tooLarge;
  const stage = mapped === undefined ? findStage(stages, request) : mappedStage(stages, request, mapped);
  passage.accessLog = stage?.settings.accessLog;
  const snapshot = stage?.snapshot;
  if (stage === undefined || snapshot === undefined) return new Refused(notFound, noStage(stages, stage)); // AG-549
  if (snapshot.disabled && mapped === undefined)
    return new Refused(notFound, 'The API has DisableExecuteApiEndpoint, and this is its default endpoint');
  const { denied } = request.arrival;
  if (denied !== undefined) return new Refused(forbidden, denied); // AG-025
  passage.snapshot = snapshot;
  request.variables = stage.settings.variables;
  const { cors } = snapshot;
  const route = findRoute(snapshot, request);
  if (route === undefined) {
    // AG-592: also without a route of its own.
    if (cors !== undefined && request.method === 'OPTIONS') return answerPreflight(passage);
    return new Refused(notFound, `No route takes ${request.method} ${request.trace.path}`); // AG-550
  }
  const refused = await route.authorizer?.authorize(request, route.scopes, stage.caches); // AG-593: a preflight too
  if (refused !== undefined) return refused;
  if (cors !== undefined && isPreflight(request)) return answerPreflight(passage);
  if (!stage.settings.throttle.admits(route.routeKey)) {
    return new Refused(tooManyRequests, `Route ${route.routeKey} of stage "${stage.name}" is throttled`); // AG-556
  }
  const problem = await readBody(request);
  if (problem !== undefined) return problem;
  request.trace.integration = { type: route.integration.type };
  return await route.integration.run(request);
}

/** AG-557, AG-558: what the head tells, before anything is looked up. */
function checkSizes({ head }: Exchange, request: HttpApiRequest): Refused | undefined {
  let bytes = head.method.length + head.target.length;
  for (const text of head.headers) bytes += text.length;
  if (bytes > maxHead) return new Refused(headersTooLarge, `The request line and headers have ${bytes} bytes, ${maxHead} are allowed`);
  const { length } = request.body;
  if (length !== undefined && length > maxPayload)
    return new Refused(entityTooLarge, `The body has ${length} bytes, ${maxPayload} are allowed`);
  return undefined;
}

/** The stage that the path begins with, else `$default` (AG-549). */
function findStage(stages: ReadonlyMap<string, ServedStage>, request: HttpApiRequest): ServedStage | undefined {
  const { rawPath } = request.target;
  const slash = rawPath.indexOf('/', 1);
  const end = slash === -1 ? rawPath.length : slash;
  const named = stages.get(rawPath.slice(1, end));
  const stage = named ?? stages.get('$default');
  if (stage === undefined) return undefined;
  request.stage = stage.name;
  if (named !== undefined) request.path = end === rawPath.length ? '/' : rawPath.slice(end);
  Object.assign(request.trace, { stage: stage.name, path: ownCopy(request.path) });
  return stage;
}

/** AG-012: the stage that the mapping names; the path behind the base path, decoded like all of it. */
function mappedStage(
  stages: ReadonlyMap<string, ServedStage>,
  request: HttpApiRequest,
  { stage: name, rest }: MappedRequest,
): ServedStage | undefined {
  const stage = stages.get(name);
  const target = tryParseTarget(rest.startsWith('/') ? rest : `/${rest}`);
  if (stage === undefined || target === undefined) return undefined;
  request.stage = stage.name;
  request.path = target.rawPath;
  Object.assign(request.trace, { stage: stage.name, path: ownCopy(request.path) });
  return stage;
}

function noStage(stages: ReadonlyMap<string, ServedStage>, stage: ServedStage | undefined): string {
  if (stage !== undefined) return `Stage "${stage.name}" has no deployment`;
  return `The path begins with no stage, and there is no stage "$default"; there are ${[...stages.keys()].join(', ') || 'none'}`;
}

/** A full match, then one with a greedy variable, then `$default` (AG-550). */
function findRoute({ routes, defaultRoute }: Snapshot, request: HttpApiRequest): CompiledRoute | undefined {
  const match = routes.match(request.path, request.method);
  const route = match?.method ?? defaultRoute;
  if (route === undefined) return undefined;
  request.routeKey = route.routeKey;
  request.pathParameters = match?.parameters ?? [];
  request.routePath = route.path;
  request.trace.resource = route.path;
  if (route.verb !== '') request.trace.match = route.verb;
  return route;
}

function answerPreflight({ request, snapshot }: Passage): HttpAnswer {
  request.trace.decision = { status: 204, why: 'The API answers preflights itself, by its CorsConfiguration' };
  return snapshot!.cors!.answerPreflight(request);
}

function finish(
  { traces }: PipelineServices,
  exchange: Exchange,
  { request, snapshot, accessLog }: Passage,
  outcome: Outcome,
): Promise<void> {
  const { trace } = request;
  const refused = outcome instanceof Refused ? outcome : undefined;
  const plain = outcome instanceof Refused ? toAnswer(outcome) : outcome;
  request.failure = refused?.failure;
  if (refused !== undefined) trace.decision = { status: refused.failure.status, type: refused.failure.type, why: refused.why };
  trace.decision ??= { status: plain.status, why: 'The integration answered' };
  trace.timings['total'] = request.elapsed();
  traces.add(trace);
  const isPreflightAnswer = refused === undefined && trace.integration === undefined;
  const lines = toHeaderLines(plain.headers);
  const headers = snapshot?.cors === undefined || isPreflightAnswer ? lines : snapshot.cors.addTo(request, lines);
  accessLog?.write({ request, answer: plain });
  return exchange.respond({ ...plain, headers: withId(headers, request.id) });
}

/** AG-551 */
function toAnswer({ failure, headers }: Refused): HttpAnswer {
  const answered = {
    status: failure.status,
    headers: ['Content-Type', 'application/json', ...headers],
    body: `{"message":"${failure.message}"}`,
  };
  return failure.status === 413 || failure.status === 431 ? { ...answered, close: true } : answered;
}

/** An integration's own header of this name would pass for the gateway's. */
function withId(headers: HeaderLines, id: string): HeaderLines {
  const lines: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]!.toLowerCase() !== 'apigw-requestid') lines.push(headers[index]!, headers[index + 1]!);
  }
  lines.push('Apigw-Requestid', id); // AG-920
  return lines;
}
