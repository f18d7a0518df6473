import type { Server } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CredentialsOwner } from '../capabilities/credentials.ts';
import type { Directory } from '../capabilities/directory.ts';
import type { Clock } from '../clock/clock.ts';
import type { TaskRuntime } from '../containers/task-runtime.ts';
import type { VpcNetwork } from '../network/vpc-network.ts';
import type { State } from '../state/state.ts';
import type { TraceStore } from '../trace/trace-store.ts';
import type { AccessLog } from './access-log.ts';

/** Something that happened, for `up --json` and the log on the terminal. */
export type AccountEvent =
  | { readonly event: 'progress'; readonly stack?: string; readonly logicalId?: string; readonly message: string }
  | { readonly event: 'task'; readonly service: string; readonly task: string; readonly status: string; readonly reason?: string }
  | {
      readonly event: 'target';
      readonly targetGroup: string;
      readonly target: string;
      readonly state: string;
      readonly reason?: string;
      readonly detail?: string;
    }
  | {
      readonly event: 'log';
      readonly source: string;
      readonly stream: string;
      readonly message: string;
      readonly timestamp: number;
      /** For `s3m logs` only. */ readonly quiet?: true;
    }
  | { readonly event: 'notice'; readonly message: string };

/** Loopback ports by name. The named default is tried first, then the next free one; the banner tells what moved and why. */
export interface Ports {
  /**
   * Makes `server` listen on 127.0.0.1. `name` is what `--port NAME=N` uses (`api`, `site`, `domain`, `aws`, `console`, or `api:LogicalId`);
   * `preferred` the default. The same `name` gets the same port again within an engine's life and, if free, after a restart.
   * @throws ResourceFailure when an explicit port is taken, naming the holder.
   */
  listen(
    server: Pick<Server, 'listen' | 'address' | 'once' | 'removeListener'>,
    request: { readonly name: string; readonly logicalId: string; readonly preferred: number },
  ): Promise<number>;
}

/** A call of an AWS service whose signature is right. */
export interface AwsCall {
  readonly caller: CredentialsOwner;
  readonly accessKeyId: string;
  /** The whole of it: the signature covers it. */
  readonly body: Buffer;
}

/** Serves the calls of one service. The request's body is in `call`. */
export type AwsHandler = (request: IncomingMessage, response: ServerResponse, call: AwsCall) => void;

/**
 * A service that takes its requests with their bodies unread and their signatures unchecked, from pages too: one that knows callers without
 * credentials, and bodies that need not fit into memory.
 */
export interface RawService {
  /** Whether a request that no signature says the service of is for this one. */
  owns(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** The one local endpoint of AWS services; each service puts its own handler there, told by the SigV4 scope or the target header. */
export interface AwsEndpoint {
  /** `http://127.0.0.1:4566` */
  readonly url: string;
  readonly port: number;
  /**
   * Takes all requests for `pathPrefix` and below: below `/_s3m` signed or not, and whether a page of another origin may read the answer is up
   * to the handler; `/v2` (the registry) only what has no signature of AWS's and is sent by no page.
   */
  route(pathPrefix: string, handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** Takes all calls of a service; only those that are rightly signed get so far. */
  handle(service: string, handler: AwsHandler): void;
  /** Takes a service's requests as they come: see {@link RawService}. */
  handleRaw(service: string, handler: RawService): void;
}

/** One simulated AWS account in one region: what all resource types stand on. Nothing in it is global; a process can hold many. */
export interface Account {
  /** 12 digits; `000000000000`. */
  readonly id: string;
  /** `us-east-1` */
  readonly region: string;
  /** `aws` */
  readonly partition: string;
  /** `amazonaws.com` */
  readonly urlSuffix: string;
  /** AWS's pace: time-outs of requests, token times, cache lifetimes. */
  readonly clock: Clock;
  /** Scaled by `--time-scale`: health checks, drains, grace periods, back-offs, cool-downs. */
  readonly schedule: Clock;
  /** A number in [0, 1); seeded in tests. */
  readonly random: () => number;
  readonly directory: Directory;
  readonly network: VpcNetwork;
  readonly traces: TraceStore;
  /** Whether what IAM denies is refused, and what it has denied. */
  readonly access: AccessLog;
  readonly ports: Ports;
  readonly endpoint: AwsEndpoint;
  readonly runtime: TaskRuntime;
  /** What outlives the engine with `--persist`; nothing without it. */
  readonly state: State;
  /** Absolute path of the project's `.s3m`. */
  readonly stateDirectory: string;
  /** Environment that every function and task gets besides its own: endpoint URL and region. Credentials are each one's own. */
  readonly environment: Readonly<Record<string, string>>;
  emit(event: AccountEvent): void;
}
