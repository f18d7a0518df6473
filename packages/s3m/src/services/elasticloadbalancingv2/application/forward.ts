import { createHash } from 'node:crypto';
import type { Exchange, HttpAnswer } from '../../../http/exchange.ts';
import { headerValue, type HeaderLines } from '../../../http/message.ts';
import { AnswerTimeout, ConnectFailed } from '../../../http/pool-errors.ts';
import { NetworkRefusal } from '../../../network/network.ts';
import type { Account } from '../../account.ts';
import type { FunctionTargetGroup } from '../functions/function-group.ts';
import type { LiveTargetGroup } from '../live-target-group.ts';
import type { PickedTarget } from '../registered-target.ts';
import type { ForwardAction } from './action.ts';
import type { BalancedRequest } from './balanced-request.ts';
import type { BalancerSettings } from './balancer-settings.ts';
import type { ListenerHeaders } from './listener-headers.ts';
import { newTraceId, toClientHeaders, toTargetHeaders } from './forwarded-headers.ts';
import { ownAnswer } from './own-answers.ts';
import { applicationCookie, balancerCookie, cookieValue, groupCookie, setsCookie, stayCookies } from './stickiness.ts';
import type { TargetPools } from './target-pools.ts';

/** NLB-072 */
const connectTimeoutMs = 10_000;
/** Of a target's answer, in bytes (NLB-071). */
const maxAnswerHeaders = 32_768;

/** What forwarding works with. */
export interface Forwarding {
  readonly account: Account;
  readonly pools: TargetPools;
  settings(): BalancerSettings;
  findGroup(arn: string): LiveTargetGroup | undefined;
  findFunctions(arn: string): FunctionTargetGroup | undefined;
  /** Told why the balancer answered by itself. */
  onFailure(why: string): void;
}

/** Hands a request to a target of one of the action's groups and answers what it answers (NLB-069 to NLB-074). */
export async function forward(
  action: ForwardAction,
  request: BalancedRequest,
  exchange: Exchange,
  names: ListenerHeaders,
  services: Forwarding,
): Promise<HttpAnswer> {
  const { account, pools, findGroup, onFailure } = services;
  if (isGrpc(request)) {
    onFailure('a request of gRPC needs a target group whose protocol version is gRPC');
    return ownAnswer(464); // NLB-073
  }
  const settings = services.settings();
  const arn = chooseGroup(action, request, account.random);
  const functions = arn === undefined ? undefined : services.findFunctions(arn);
  if (functions !== undefined) {
    const headers = toTargetHeaders(request, newTraceId(account.clock.now(), account.random), settings, names);
    const answer = await functions.answer({ request, exchange, headers, onFailure });
    return {
      ...answer,
      headers: [
        ...answer.headers,
        ...groupCookieValues(action, functions.arn, account.clock.now()).flatMap((value) => ['Set-Cookie', value]),
      ],
    };
  }
  const group = arn === undefined ? undefined : findGroup(arn);
  const picked = group === undefined ? undefined : stayOrPick(group, request);
  if (group === undefined || picked === undefined) {
    onFailure(group === undefined ? 'every target group has the weight 0' : `target group "${group.name}" has no registered target`);
    return ownAnswer(503); // NLB-070
  }
  const head = {
    method: request.method,
    target: exchange.head.target,
    headers: toTargetHeaders(request, newTraceId(account.clock.now(), account.random), settings, names),
  };
  group.countRequest();
  const hasBody = exchange.head.framing.kind !== 'none';
  try {
    const sent = pools
      .find(picked, group.protocol === 'HTTPS')
      .send(hasBody ? { head, body: exchange.body } : { head }, { timeoutMs: settings.idleTimeoutMs, signal: exchange.signal });
    const answer = await picked.flows.during(sent);
    if (sizeOf(answer.head.headers) > maxAnswerHeaders) {
      answer.body.discard();
      throw new Error(`the headers of the answer are larger than ${maxAnswerHeaders} bytes`);
    }
    const headers = toClientHeaders(answer.head.headers);
    // In front only the balancer names itself.
    if (headers[0] === 'Server') headers.push(...headers.splice(0, 2));
    for (const cookie of cookiesOf(action, group, picked, headers, account.clock.now())) headers.push('Set-Cookie', cookie);
    return { status: answer.head.status, reason: answer.head.reason, headers, body: answer.body };
  } catch (error) {
    // Nobody hears it; AWS writes 460 into its logs (NLB-073).
    if (exchange.signal.aborted) return ownAnswer(502);
    onFailure(`${targetText(picked)}: ${error instanceof Error ? error.message : String(error)}`);
    const cause = error instanceof ConnectFailed ? error.cause : undefined;
    if (cause instanceof NetworkRefusal) {
      // Nothing answers the connection: the balancer waits for it.
      await new Promise<void>((resolve) => void account.schedule.after(connectTimeoutMs, resolve));
      return ownAnswer(504);
    }
    return ownAnswer(error instanceof AnswerTimeout ? 504 : 502);
  }
}

/** What a group of protocol version HTTP1, the only one here, is not for. */
function isGrpc({ client, headers }: BalancedRequest): boolean {
  return client.version === 'HTTP/2.0' && /^application\/grpc(?:$|[+;])/i.test(headerValue(headers, 'Content-Type') ?? '');
}

function sizeOf(lines: HeaderLines): number {
  return lines.reduce((sum, text) => sum + text.length + 2, 0);
}

/** By weight; a client that stays keeps its group. Undefined when no group has a weight. */
function chooseGroup({ groups, stickinessMs }: ForwardAction, request: BalancedRequest, random: () => number): string | undefined {
  if (stickinessMs !== undefined) {
    const kept = cookieValue(request.headers, groupCookie);
    const group = groups.find(({ arn }) => digest(arn) === kept);
    if (group !== undefined) return group.arn;
  }
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const { arn, weight } of groups) {
    left -= weight;
    if (weight > 0 && left < 0) return arn;
  }
  return undefined;
}

/** A client that stays keeps its target as long as that is healthy. */
function stayOrPick(group: LiveTargetGroup, request: BalancedRequest): PickedTarget | undefined {
  const { stickiness } = group;
  if (stickiness !== undefined) {
    const kept = cookieValue(request.headers, stickiness.kind === 'lb_cookie' ? balancerCookie : applicationCookie);
    const picked = kept === undefined ? undefined : group.pickWhere((candidate) => digest(targetText(candidate)) === kept);
    if (picked !== undefined) return picked;
  }
  return group.pick();
}

function cookiesOf(
  action: ForwardAction,
  group: LiveTargetGroup,
  picked: PickedTarget,
  headers: readonly string[],
  now: number,
): readonly string[] {
  const { stickiness } = group;
  const cookies: string[] = [];
  if (stickiness?.kind === 'lb_cookie')
    cookies.push(...stayCookies(balancerCookie, digest(targetText(picked)), now, stickiness.durationMs));
  if (stickiness?.kind === 'app_cookie' && setsCookie(headers, stickiness.cookieName)) {
    cookies.push(...stayCookies(applicationCookie, digest(targetText(picked)), now, stickiness.durationMs));
  }
  return [...cookies, ...groupCookieValues(action, group.arn, now)];
}

function groupCookieValues({ stickinessMs, groups }: ForwardAction, arn: string, now: number): readonly string[] {
  return stickinessMs !== undefined && groups.length > 1 ? stayCookies(groupCookie, digest(arn), now, stickinessMs) : [];
}

function targetText({ target: { address, port } }: PickedTarget): string {
  return `${address}:${port}`;
}

/** What a cookie holds in place of the name of a target or group. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
