import { Refused, throttled } from '../failures.ts';
import type { Step } from '../passage.ts';

/** The stage's limit for the method, then the account's (AG-419). */
export const throttle: Step = ({ request, stage, method, usage }) => {
  const now = request.api.clock.monotonic();
  request.admittedAt = now;
  const limit = stage!.throttling.exceeded(method!.name, now);
  if (limit !== undefined) {
    const { rate, burst } = limit;
    return new Refused(throttled, `Stage ${stage!.name} lets through ${rate} requests a second to ${method!.name}, ${burst} at once`);
  }
  if (usage.takeOfAccount(now)) return undefined;
  const { rate, burst } = usage.accountLimit;
  return new Refused(
    throttled,
    `The account's limit is ${rate} requests a second, ${burst} at once. If AWS has raised yours, tell it in the API's Metadata: S3M: {accountThrottle: {rateLimit: N, burstLimit: N}}`,
  );
};
