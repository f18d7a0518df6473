import type { Clock } from '../../../clock/clock.ts';
import type { MessageBody } from '../../../http/message.ts';
import { AnswerTimeout } from '../../../http/pool-errors.ts';
import { answerTooLarge, malformedAnswer, Refused } from '../failures.ts';
import { maxPayload } from '../front-end.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { IntegrationFailure } from '../integration-failure.ts';

/** How long an integration may take, and what is left of it, in milliseconds. */
export interface Allowance {
  readonly timeoutMs: number;
  timeLeft(): number;
}

/** Why an answer with this status is none; undefined for one that is. */
export function checkStatus(status: number): Refused | undefined {
  return status < 200 || status > 599 ? new Refused(malformedAnswer, `The backend answered with status ${status}`) : undefined;
}

/** AG-261 */
export function tooLarge(): Refused {
  return new Refused(answerTooLarge, `The backend's answer is larger than ${maxPayload} bytes`);
}

/**
 * Takes a backend's body in whole. The integration's time covers the answer to its last byte (AG-255).
 * @throws AnswerTimeout, BodyTooLarge, ConnectionClosed, MalformedAnswer
 */
export function readWithin(body: MessageBody, allowance: Allowance, clock: Clock): Promise<Buffer> {
  // Most answers have come with their head.
  if (body.settled === true || (body.length ?? 0) > maxPayload) return body.readAll(maxPayload);
  return new Promise((resolve, reject) => {
    const timer = clock.after(allowance.timeLeft(), () => {
      reject(new AnswerTimeout(allowance.timeoutMs, 'body'));
      body.discard();
    });
    body
      .readAll(maxPayload)
      .then(resolve, reject)
      .finally(() => timer.cancel());
  });
}

/** Where packets are dropped, AWS waits for an answer until the time is up. That silence is scaled, like other waits for nothing. */
export async function refuseFailed(
  request: GatewayRequest,
  { log, silent, failure, why }: IntegrationFailure,
  allowance: Pick<Allowance, 'timeLeft'>,
  schedule: Clock,
): Promise<Refused> {
  request.trace.logs.push(log);
  if (silent) await new Promise<void>((resolve) => void schedule.after(allowance.timeLeft(), resolve));
  return new Refused(failure, why);
}
