import type { Account } from '../account.ts';
import type { Lease } from './environment-pool.ts';
import type { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionSettings } from './function-settings.ts';
import type { reportInvocation } from './invocation-report.ts';
import type { Invocation } from './runtime-api.ts';
import { withParent } from './trace-id.ts';

/** How an invocation ended, and what it took. */
export interface InvocationEnd {
  readonly outcome: Parameters<typeof reportInvocation>[0];
  readonly durationMs: number;
  readonly maxMemoryMb?: number | undefined;
  readonly initMs?: number | undefined;
  readonly denials?: readonly string[];
}

/** Runs one invocation in a leased environment, for as long as the function may take. */
export async function runInEnvironment(
  account: Account,
  { environment, initMs }: Lease,
  settings: FunctionSettings,
  request: Omit<Invocation, 'deadline'>,
): Promise<InvocationEnd> {
  const { clock } = account;
  const startedAt = clock.monotonic();
  const startedTime = clock.now();
  const expired = Promise.withResolvers<{ readonly kind: 'timeout' }>();
  const timer = clock.after(settings.timeoutMs, () => expired.resolve({ kind: 'timeout' }));
  const deadline = startedTime + settings.timeoutMs;
  const answered = environment.invoke({ ...request, deadline, traceId: withParent(request.traceId) });
  const outcome = await Promise.race([answered, expired.promise]);
  timer.cancel();
  const durationMs = clock.monotonic() - startedAt;
  const maxMemoryMb = environment.maxMemoryMb;
  // A time-out ends the environment (LMB-025); its last lines belong to this invocation.
  if (outcome.kind === 'timeout') await environment.stop();
  return { outcome, durationMs, maxMemoryMb, initMs, denials: denialsOf(account, environment, startedTime) };
}

/** Each environment has credentials of its own, and serves one request at a time. */
function denialsOf({ access }: Account, { accessKeyId }: ExecutionEnvironment, since: number): readonly string[] {
  if (accessKeyId === undefined) return [];
  return access.since(accessKeyId, since).map(({ message, why }) => `IAM: ${message}. ${why}`);
}
