import type { Exchange, HttpAnswer } from '../../http/exchange.ts';
import type { Arrival } from '../../gateway/arrival.ts';
import type { TraceStore } from '../../trace/trace-store.ts';
import { authorize } from './access/authorize.ts';
import { decideAccess, refuseDenied } from './access/resource-policy-step.ts';
import { checkSizes } from './check-sizes.ts';
import { checkTarget } from './check-target.ts';
import { decodeBody } from './compression/decode-body.ts';
import { engineFailure, Refusal, Refused } from './failures.ts';
import { findStage } from './find-stage.ts';
import type { ApiFacts } from '../../gateway/api-facts.ts';
import { GatewayRequest, type DomainRequest } from './gateway-request.ts';
import { builtIn } from './gateway-responses.ts';
import { integrate } from './integrate.ts';
import type { Outcome } from './integration.ts';
import { Later, unlessLater } from './later.ts';
import type { KeptTraces } from './kept-traces.ts';
import { matchMethod } from './match-method.ts';
import type { Passage, Step } from './passage.ts';
import type { RequestTrace } from './request-trace.ts';
import type { ServedStage } from './served-stage.ts';
import { checkApiKey } from './usage/check-api-key.ts';
import { throttle } from './usage/throttle.ts';
import type { UsageRegister } from './usage/usage-register.ts';
import { validateRequest } from './validation/validate-request.ts';

/** The order in which AWS looks at a request (AG-065). What is missing here is refused when the template is loaded. */
const steps: readonly Step[] = [
  checkSizes, //  413, 431   AG-429, AG-431
  checkTarget, // 400        AG-056
  findStage, //   403        AG-005, AG-006, AG-011
  matchMethod, // 403        AG-027 to AG-057
  refuseDenied, // 403       AG-169, AG-172
  authorize, //   401 to 500 areas D to H
  decideAccess, // 403       AG-169 to AG-172
  checkApiKey, // 403, 429   AG-412 to AG-426
  throttle, //    429        AG-418 to AG-428
  decodeBody, //  413, 415   AG-444
  validateRequest, // 400    area S
  integrate, //   its answer areas I, J, K, O
];

/** What requests to an API are served with. */
export interface PipelineServices {
  readonly api: ApiFacts;
  readonly stages: ReadonlyMap<string, ServedStage>;
  readonly usage: UsageRegister;
  readonly traces: TraceStore;
  readonly keptTraces: KeptTraces;
  /** Told of what this engine itself got wrong. */
  onError(error: unknown, requestId: string): void;
}

/** Answers one request. */
export function handleExchange(
  services: PipelineServices,
  exchange: Exchange,
  domain?: DomainRequest,
  arrival?: Arrival,
): void | Promise<void> {
  const request = new GatewayRequest(services.api, exchange, domain, arrival);
  const passage: Passage = {
    request,
    stages: services.stages,
    usage: services.usage,
    stage: undefined,
    snapshot: undefined,
    method: undefined,
    policyDecision: undefined,
    unallowed: undefined,
  };
  let outcome: Outcome | Promise<Outcome> | Later;
  try {
    outcome = run(passage, 0);
  } catch (error) {
    outcome = crash(services, request, error);
  }
  if (outcome instanceof Later) return finishLater(services, passage, exchange, outcome);
  if (!(outcome instanceof Promise)) return finish(services, passage, exchange, outcome);
  return outcome.then(
    (settled) => finish(services, passage, exchange, settled),
    (error: unknown) => finish(services, passage, exchange, crash(services, request, error)),
  );
}

/** Whoever settles it is the backend's connection: what goes wrong here is none of its business. */
function finishLater(services: PipelineServices, passage: Passage, exchange: Exchange, later: Later): void {
  const { request } = passage;
  const end = (outcome: Outcome): void => {
    try {
      finish(services, passage, exchange, outcome);
    } catch (error) {
      services.onError(error, request.id);
      exchange.send({ status: 500, headers: [], close: true });
    }
  };
  later.whenSettled(end, (error) => end(crash(services, request, error)));
}

function crash(services: PipelineServices, request: GatewayRequest, error: unknown): Outcome {
  if (error instanceof Refusal) return error.refused;
  services.onError(error, request.id);
  return new Refused(engineFailure, `The gateway failed: ${error instanceof Error ? error.message : String(error)}`);
}

/** Steps that need not wait are run without waiting. */
function run(passage: Passage, from: number): Outcome | Promise<Outcome> | Later {
  for (let index = from; index < steps.length; index++) {
    const outcome = steps[index]!(passage);
    if (outcome instanceof Later) return outcome;
    if (outcome instanceof Promise) {
      // Nothing comes after the last one, so its promise is the whole outcome's.
      return index === steps.length - 1 ? (outcome as Promise<Outcome>) : goOn(passage, index + 1, outcome);
    }
    if (outcome !== undefined) return outcome;
  }
  throw new Error('no step answered');
}

async function goOn(passage: Passage, next: number, pending: Promise<Outcome | undefined>): Promise<Outcome> {
  return (await pending) ?? unlessLater(run(passage, next));
}

function finish(
  { traces, keptTraces }: PipelineServices,
  { request, stage, snapshot, method }: Passage,
  exchange: Exchange,
  outcome: Outcome,
): void {
  const answer = outcome instanceof Refused ? refuse(request, snapshot, outcome) : outcome;
  const { trace } = request;
  trace.decision ??= decisionOf(answer.status, trace.integration !== undefined);
  const now = request.settledAt ?? request.api.clock.monotonic();
  trace.totalMs = now - request.startedAt;
  keptTraces.keep(trace, traces);
  stage?.logs?.write(request, method, answer);
  exchange.send(answer, now);
}

type Decision = NonNullable<RequestTrace['decision']>;

/** What most traces say in the end, one object for all of them. */
const answered = decisions('The integration answered');
const refused = decisions('The front end refused it');

function decisions(why: string): readonly Decision[] {
  return Array.from({ length: 600 }, (_, status) => ({ status, why }));
}

function decisionOf(status: number, integrated: boolean): Decision {
  return (integrated ? answered : refused)[status] ?? { status, why: 'The integration answered' };
}

function refuse(request: GatewayRequest, snapshot: Passage['snapshot'], { failure, why }: Refused): HttpAnswer {
  request.failure = failure;
  const answer = snapshot === undefined ? builtIn(request, failure) : snapshot.responses.answer(request, failure);
  request.trace.decision = { status: answer.status, type: failure.type, why };
  return answer;
}
