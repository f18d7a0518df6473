import type { Clock } from '../clock/clock.ts';
import type { EngineEvent } from './engine-event.ts';
import type { ProjectOptions } from './project.ts';

/** How to run a system. Everything has a default but what to run. */
export interface EngineOptions extends ProjectOptions {
  /** Stacks to deploy, by name; with those they depend on. All by default. */
  readonly stacks?: readonly string[];
  /** Template parameters by `KEY` or `STACK:KEY`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * How tasks run. `auto` (default): as processes when every image is built from a Dockerfile of the application, with Docker otherwise.
   */
  readonly runtime?: 'auto' | 'docker' | 'process';
  /** Ports by name: `aws`, `api`, `site`, `domain`, or `api:LogicalId`. 0 takes any free one. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Where calls of AWS services go that are not served here, by the name that they are signed for: `{sqs: 'http://127.0.0.1:9324'}`. None by default. */
  readonly namedEndpoints?: Readonly<Record<string, string>>;
  /** Unsupported types or properties that may be ignored: `AWS::Foo::Bar`, `AWS::Foo::Bar.Baz`. */
  readonly accept?: readonly string[];
  /** Pace of health checks, drains, grace periods, back-offs and cool-downs; 1 is AWS's. 0.02 by default. */
  readonly timeScale?: number;
  /** Whether what roles' policies do not allow is refused (`enforce`, the default) or only told (`audit`). */
  readonly iam?: 'enforce' | 'audit';
  /** Starts tasks also where they can't be shut off from other local processes. */
  readonly exposeTasks?: boolean;
  /** Keeps what services store in `.s3m/state` from one start to the next. Off by default: everything is in memory. */
  readonly persist?: boolean;
  /** Gives pages of local sites a token of a seeded administrator and of a user, for their developer. On by default. */
  readonly localTokens?: boolean;
  /** A file whose items, objects, parameters and secrets are put before the system is ready; once, where they are kept. */
  readonly seed?: string;
  /** Updates the running system when sources change. Off by default for programs; the command turns it on. */
  readonly watch?: boolean;
  /** Time; the machine's by default. */
  readonly clock?: Clock;
  /** Ends a start, or an update, that is under way: it fails with the problem `Interrupted` and everything is put back. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EngineEvent) => void;
}

export const defaultTimeScale = 0.02;
