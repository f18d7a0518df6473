import type { InitFailure } from './environment-pool.ts';
import { isNodeRuntime, type FunctionSettings } from './function-settings.ts';
import { reportInvocation, reportLine, type InvocationReport } from './invocation-report.ts';

/** What Lambda itself writes into a function's log, as text (LMB-046) or as JSON (LMB-049). Of JSON the level WARN has what failed only. */
type Logged = Pick<FunctionSettings, 'json'>;

export function initStartLines(settings: FunctionSettings, now: number): readonly string[] {
  const runtimeVersion = versionOf(settings.runtime);
  if (settings.json === undefined) return [`INIT_START Runtime Version: ${runtimeVersion}`];
  return ofLevel(settings, 'INFO', now, 'platform.initStart', {
    initializationType: 'on-demand',
    phase: 'init',
    runtimeVersion,
    functionName: settings.functionName,
    functionVersion: settings.version,
  });
}

export function initFailureLines(settings: FunctionSettings, now: number, failure: InitFailure): readonly string[] {
  const report = reportInvocation(failure.outcome, { requestId: '', timeoutMs: settings.timeoutMs, now: 0 });
  const { phase, durationMs } = failure;
  if (settings.json === undefined) return [`INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\t${report.status}`];
  const record = { initializationType: 'on-demand', phase, ...statusOf(report), metrics: { durationMs: rounded(durationMs) } };
  return ofLevel(settings, 'WARN', now, 'platform.initReport', record);
}

export function startLines(settings: FunctionSettings, now: number, requestId: string): readonly string[] {
  const { version } = settings;
  if (settings.json === undefined) return [`START RequestId: ${requestId} Version: ${version}`];
  return ofLevel(settings, 'INFO', now, 'platform.start', { requestId, version });
}

export function endLines(
  settings: FunctionSettings,
  now: number,
  end: {
    readonly requestId: string;
    readonly report: InvocationReport;
    readonly durationMs: number;
    readonly maxMemoryMb: number | undefined;
    readonly initMs: number | undefined;
  },
): readonly string[] {
  const { requestId, report, durationMs, maxMemoryMb, initMs } = end;
  const { memoryMb } = settings;
  if (settings.json === undefined) {
    const last = reportLine({ requestId, durationMs, memoryMb, maxMemoryMb, initMs, status: report.status });
    return [...report.lines, `END RequestId: ${requestId}`, last];
  }
  const metrics = {
    durationMs: rounded(durationMs),
    billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
    memorySizeMB: memoryMb,
    ...(maxMemoryMb === undefined ? {} : { maxMemoryUsedMB: maxMemoryMb }),
    ...(initMs === undefined ? {} : { initDurationMs: rounded(initMs) }),
  };
  const level = report.error === undefined ? 'INFO' : 'WARN';
  return ofLevel(settings, level, now, 'platform.report', { requestId, metrics, ...statusOf(report) });
}

function ofLevel({ json }: Logged, level: 'INFO' | 'WARN', now: number, type: string, record: object): readonly string[] {
  if (json?.systemLevel === 'WARN' && level === 'INFO') return [];
  return [JSON.stringify({ time: new Date(now).toISOString(), type, record })];
}

function statusOf({ error }: InvocationReport): { readonly status: string; readonly errorType?: string } {
  if (error === undefined) return { status: 'success' };
  return error.type === 'Sandbox.Timedout' ? { status: 'timeout' } : { status: 'error', errorType: error.type };
}

function rounded(milliseconds: number): number {
  return Number(milliseconds.toFixed(3));
}

/** As AWS prints it, but with what runs here instead of AWS's version. */
function versionOf(runtime: string): string {
  const [, name = runtime, version = ''] = /^([a-z]+)(.*?)(?:\.x)?$/.exec(runtime) ?? [];
  return `${name}:${version.replace(/^\./, '')}${isNodeRuntime(runtime) ? ` (here Node.js ${process.version})` : ''}`;
}
