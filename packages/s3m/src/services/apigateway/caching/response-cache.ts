import { toHeaderLines } from '../../../http/header-text.ts';
import { ResultCache } from '../../../gateway/result-cache.ts';
import type { HttpAnswer } from '../../../http/exchange.ts';
import { headerValue, type HeaderLines } from '../../../http/message.ts';
import { evaluatePolicy } from '../../../policy/evaluate-policy.ts';
import { methodArnOf } from '../access/method-arn.ts';
import { conditionKeys } from '../condition-keys.ts';
import { Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Outcome } from '../integration.ts';
import { toIntegrationFailure } from '../integration-failure.ts';
import type { Passage } from '../passage.ts';

/** Bytes of a kept answer (AG-448). */
const maxItem = 1_048_576;

/** What the strategy SUCCEED_WITH_RESPONSE_HEADER adds, AWS's default (AG-450). */
const ignored: readonly string[] = ['Warning', '199 Cache-control headers were ignored because the caller was unauthorized.'];

/** Names that each answer has anew. */
const ownNames = new Set(['x-amzn-requestid', 'x-amz-apigw-id', 'x-amzn-trace-id']);

interface Kept {
  readonly status: number;
  readonly reason: string | undefined;
  readonly headers: HeaderLines;
  readonly body: string | Buffer | undefined;
}

/** Where an answer is to be kept. */
interface Place {
  readonly key: string;
  /** Of the cache when the integration was asked. */
  readonly generation: number;
  readonly expiresAt: number;
}

/** Answers of integrations that a stage keeps (area W). Authorization comes first; who asked is no part of the key (AG-451). */
export class ResponseCache {
  readonly #answers = new ResultCache<Kept>();

  /** @param ttlMs how long an answer is kept @param run asks the integration */
  answer(passage: Passage, ttlMs: number, run: () => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
    const { request, method } = passage;
    const { clock } = request.api;
    const key = method!.cacheKey(request);
    const refresh = wantsRefresh(request);
    const allowed = refresh && mayInvalidate(passage);
    const kept = allowed ? undefined : this.#answers.find(key, clock.monotonic());
    if (kept !== undefined) {
      request.trace.decision = { status: kept.status, why: 'The response cache of the stage answered' };
      return fromKept(request, kept, refresh ? ignored : []);
    }
    const { generation } = this.#answers;
    const outcome = run();
    const keep = async (settled: Outcome): Promise<Outcome> => {
      const answer = await this.#keep({ key, generation, expiresAt: clock.monotonic() + ttlMs }, settled);
      return refresh && !allowed && !(answer instanceof Refused)
        ? { ...answer, headers: [...toHeaderLines(answer.headers), ...ignored] }
        : answer;
    };
    return outcome instanceof Promise ? outcome.then(keep) : keep(outcome);
  }

  flush(): void {
    this.#answers.flush();
  }

  /** Only what went well, is not too large, and was asked after the last flush, is kept. */
  async #keep({ key, generation, expiresAt }: Place, outcome: Outcome): Promise<Outcome> {
    if (outcome instanceof Refused || outcome.status < 200 || outcome.status > 299) return outcome;
    const answer = await takeIn(outcome);
    if (answer instanceof Refused) return answer;
    const { body } = answer;
    if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) return answer;
    const size = body === undefined ? 0 : Buffer.byteLength(body);
    if (size <= maxItem && generation === this.#answers.generation) {
      const { status, reason } = answer;
      const headers = toHeaderLines(answer.headers);
      this.#answers.keep(key, { status, reason, headers: withoutOwn(headers), body }, expiresAt, size + headers.join('').length);
    }
    return answer;
  }
}

/** The answer with its body in one piece, where it tells that it is small enough. */
async function takeIn(answer: HttpAnswer): Promise<HttpAnswer | Refused> {
  const { body } = answer;
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return answer;
  if (body.length === undefined || body.length > maxItem) return answer;
  try {
    return { ...answer, body: await body.readAll(maxItem) };
  } catch (error) {
    // The backend broke off, or was silent for too long.
    const failed = toIntegrationFailure(error);
    if (failed === undefined) throw error;
    return new Refused(failed.failure, failed.why);
  }
}

function fromKept(request: GatewayRequest, { status, reason, headers, body }: Kept, more: readonly string[]): HttpAnswer {
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    headers: [...headers, 'x-amzn-RequestId', request.id, 'x-amz-apigw-id', request.extendedId, ...more],
    ...(body === undefined ? {} : { body }),
  };
}

function withoutOwn(headers: HeaderLines): string[] {
  return headers.filter((_, index) => !ownNames.has(headers[index - (index % 2)]!.toLowerCase()));
}

/** AG-450 */
function wantsRefresh({ headers }: GatewayRequest): boolean {
  return /(?:^|[\s,])max-age=0(?:$|[\s,])/i.test(headerValue(headers, 'Cache-Control') ?? '');
}

/** Whom its own policies, or an authorizer's, allow `execute-api:InvalidateCache`; nobody else. */
function mayInvalidate(passage: Passage): boolean {
  const { request } = passage;
  if (request.caller !== undefined) return request.caller.may?.('execute-api:InvalidateCache') === true;
  const { authorizerPolicy } = request;
  if (authorizerPolicy === undefined) return false;
  const call = { action: 'execute-api:InvalidateCache', resource: methodArnOf(passage), keys: conditionKeys(request) };
  return evaluatePolicy(authorizerPolicy, call).decision === 'allow';
}
