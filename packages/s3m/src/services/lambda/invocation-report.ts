import { MAX_RESPONSE_BYTES } from './runtime-api.ts';
import type { EnvironmentOutcome } from './execution-environment.ts';

/** What the function's caller sees of an invocation, and what the log says about it. */
export interface InvocationReport {
  readonly payload: string;
  /** Absent on success. */
  readonly error?: { readonly type: string; readonly message: string };
  /** Lines that the platform adds before END. */
  readonly lines: readonly string[];
  /** Part of the REPORT line (LMB-047). */
  readonly status?: string;
}

/** Turns the end of an invocation into AWS's texts (LMB-035 to LMB-038). `now` in milliseconds since the epoch. */
export function reportInvocation(
  outcome: EnvironmentOutcome | { readonly kind: 'timeout' },
  invocation: { readonly requestId: string; readonly timeoutMs: number; readonly now: number },
): InvocationReport {
  const { requestId } = invocation;
  switch (outcome.kind) {
    case 'response':
      return { payload: outcome.body, lines: [] };
    case 'error': {
      const error = { type: outcome.errorType, message: '', ...readError(outcome.body) };
      return { payload: outcome.body, error, lines: [], status: `Status: error\tError Type: ${error.type}` };
    }
    case 'response-too-large': {
      const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
      return failed('Function.ResponseSizeTooLarge', message, [], 'message-first');
    }
    case 'timeout': {
      const text = `Task timed out after ${(invocation.timeoutMs / 1000).toFixed(2)} seconds`;
      const report = failed('Sandbox.Timedout', `RequestId: ${requestId} Error: ${text}`, []);
      return { ...report, lines: [`${new Date(invocation.now).toISOString()} ${requestId} ${text}`], status: 'Status: timeout' };
    }
    case 'exit': {
      const message = `RequestId: ${requestId} Error: ${exitText(outcome.code, outcome.signal)}`;
      return failed('Runtime.ExitError', message, [message, 'Runtime.ExitError']);
    }
  }
}

/** `Runtime exited with error: exit status 1`, `signal: killed`; without a code AWS has no reason to give (LMB-037). */
export function exitText(code: number | undefined, signal: string | undefined): string {
  if (signal === 'SIGKILL') return 'Runtime exited with error: signal: killed';
  if (signal === 'SIGABRT') return 'Runtime exited with error: signal: aborted (core dumped)';
  if (signal === 'SIGSEGV') return 'Runtime exited with error: signal: segmentation fault (core dumped)';
  if (signal !== undefined) return `Runtime exited with error: signal: ${signal.replace(/^SIG/, '').toLowerCase()}`;
  if (code === undefined || code === 0) return 'Runtime exited without providing a reason';
  return `Runtime exited with error: exit status ${code}`;
}

/** The REPORT line (LMB-046). Since August 2025 initialisation is billed too. */
export function reportLine(report: {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number | undefined;
  readonly initMs: number | undefined;
  readonly status: string | undefined;
}): string {
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(report.durationMs + (report.initMs ?? 0))} ms`,
    `Memory Size: ${report.memoryMb} MB`,
  ];
  if (report.maxMemoryMb !== undefined) parts.push(`Max Memory Used: ${report.maxMemoryMb} MB`);
  if (report.initMs !== undefined) parts.push(`Init Duration: ${report.initMs.toFixed(2)} ms`);
  if (report.status !== undefined) parts.push(report.status);
  return `${parts.join('\t')}\t`;
}

function failed(
  type: string,
  message: string,
  lines: readonly string[],
  order: 'type-first' | 'message-first' = 'type-first',
): InvocationReport {
  const payload = order === 'type-first' ? { errorType: type, errorMessage: message } : { errorMessage: message, errorType: type };
  return { payload: JSON.stringify(payload), error: { type, message }, lines, status: `Status: error\tError Type: ${type}` };
}

/** Type and message of a posted error object; nothing when it is none. */
function readError(body: string): { type?: string; message?: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return {};
    return {
      ...('errorType' in parsed && typeof parsed.errorType === 'string' ? { type: parsed.errorType } : {}),
      ...('errorMessage' in parsed && typeof parsed.errorMessage === 'string' ? { message: parsed.errorMessage } : {}),
    };
  } catch {
    return {};
  }
}
