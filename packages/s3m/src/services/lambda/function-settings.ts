import { isDeepStrictEqual } from 'node:util';
import type { FunctionVpc } from './function-network.ts';

/** What a version of a function runs with: `$LATEST` or a published one. */
export interface FunctionSettings {
  readonly functionName: string;
  /** Without qualifier. */
  readonly functionArn: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** `nodejs22.x`, `provided.al2023`. */
  readonly runtime: string;
  /** `index.handler`; empty for `provided`. */
  readonly handler: string;
  /** Absolute path of the unpacked code. */
  readonly codeDirectory: string;
  /** Absolute paths of the unpacked layers, in order. */
  readonly layers: readonly string[];
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** The function's own variables, with local addresses. */
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** Log lines are JSON, of these levels and above (LMB-049); absent for text. */
  readonly json?: { readonly applicationLevel: string; readonly systemLevel: string };
  /** ARN of the role whose credentials its code gets; absent when the template names none, and then there are none. */
  readonly roleArn?: string;
  /** The network that its code is in; absent for the one that reaches only public addresses (LMB-059). */
  readonly vpc?: FunctionVpc;
  /** Changes when the code may have changed. */
  readonly codeHash: string;
}

/** How long initialisation may take before it is tried again at the first invocation (LMB-024). */
export const INIT_TIMEOUT_MS = 10_000;

export function isNodeRuntime(runtime: string): boolean {
  return runtime.startsWith('nodejs');
}

export function isProvidedRuntime(runtime: string): boolean {
  return runtime.startsWith('provided');
}

/** `22` of `nodejs22.x`; undefined for other runtimes. */
export function nodeMajor(runtime: string): number | undefined {
  const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  return major === undefined ? undefined : Number(major);
}

/** Whether code and configuration are the same, wherever the code lies. */
export function isSameVersion(one: FunctionSettings, other: FunctionSettings): boolean {
  const { version: _one, codeDirectory: _there, ...rest } = one;
  const { version: _other, codeDirectory: _here, ...otherRest } = other;
  return isDeepStrictEqual(rest, otherRest);
}
