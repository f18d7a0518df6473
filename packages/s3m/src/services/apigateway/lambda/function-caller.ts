import { callFunction, type CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { configurationError, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { MethodFacts } from '../method-facts.ts';
import { traceIdOf } from '../trace-id.ts';
import { forbiddenMapping } from './aws-header-mappings.ts';
import { compileCredentials, type Credentials } from './credentials.ts';
import type { FunctionFailure } from './function-failure.ts';
import { compileFunctionUri, type FunctionFinder } from './function-uri.ts';
import { invokeAnswerHeaders, invokeRequest } from './invoke-record.ts';
import { sourceArn, sourcePath } from './source-arn.ts';
import { traceFunction } from './trace-function.ts';

/** What both types of integration with a function have, as the template gives it. */
export interface FunctionIntegrationDefinition {
  readonly verb: string;
  /** With stage variables unresolved. */
  readonly uri: string;
  readonly credentials: string | undefined;
  readonly timeoutMs: number;
  /** `integration.request.header.NAME` to mapping expression. A forbidden one fails every call (AG-908). */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Whom a request's event goes to, and as whom. */
export interface FunctionCallee {
  readonly target: FunctionTarget;
  readonly credentials: string | undefined;
}

/** The event of a request. */
export interface EventOf {
  readonly event: string;
  /** Whether it is known to be JSON. */
  readonly isJson: boolean;
  /** Type `Event` (AG-284). */
  readonly later: boolean;
}

/** The way to a method's function, compiled at deployment. */
export class FunctionCaller {
  readonly #type: 'AWS' | 'AWS_PROXY';
  readonly #definition: FunctionIntegrationDefinition;
  readonly #services: DeploymentServices;
  readonly #sourcePath: string;
  readonly #find: FunctionFinder;
  readonly #credentials: (request: GatewayRequest) => Credentials;
  /** Why every call fails; undefined when it does not. */
  readonly #problem: string | undefined;

  constructor(type: 'AWS' | 'AWS_PROXY', definition: FunctionIntegrationDefinition, services: DeploymentServices, method: MethodFacts) {
    this.#type = type;
    this.#definition = definition;
    this.#services = services;
    this.#sourcePath = sourcePath(method);
    this.#find = compileFunctionUri(definition.uri);
    this.#credentials = compileCredentials(definition.credentials);
    this.#problem = problemOf(definition);
  }

  get timeoutMs(): number {
    return this.#definition.timeoutMs;
  }

  /** The function that a request is for; why there is none, before its body is read. */
  resolve(request: GatewayRequest): FunctionCallee | Refused {
    if (this.#problem !== undefined) return new Refused(configurationError, this.#problem);
    const target = this.#find(request);
    if (target === undefined) return new Refused(configurationError, `The integration's URI names no function: ${this.#definition.uri}`);
    const credentials = this.#credentials(request);
    if (credentials.kind === 'known') return { target, credentials: credentials.arn };
    return new Refused(configurationError, "The integration invokes with its caller's credentials, and this caller has none"); // AG-283
  }

  async call(request: GatewayRequest, { target, credentials }: FunctionCallee, { event, isJson, later }: EventOf): Promise<CallOutcome> {
    const { clock, directory } = this.#services;
    const from = sourceArn(request, this.#sourcePath);
    if (request.exchange !== undefined) request.exchange.sent = invokeRequest(request, { api: this.#services.api, target, from, event });
    const startedAt = clock.monotonic();
    const outcome = await callFunction(directory, clock, {
      target,
      event,
      isJson,
      later,
      sourceArn: from,
      accountId: request.api.accountId,
      credentials,
      traceId: traceIdOf(request),
      timeoutMs: this.#definition.timeoutMs,
    });
    request.trace.integrationMs = clock.monotonic() - startedAt;
    traceFunction(request, this.#type, target, outcome);
    if (request.exchange !== undefined && (outcome.kind === 'success' || outcome.kind === 'function-error'))
      request.exchange.received = { status: 200, headers: invokeAnswerHeaders(outcome), body: Buffer.from(outcome.payload) };
    return outcome;
  }
}

/** Notes what AWS would log of a failure, and answers what the client gets. */
export function noteFailure(request: GatewayRequest, { refused, logs, error }: FunctionFailure): Refused {
  if (logs.length > 0) request.trace.logs.push(...logs);
  request.integrationError = error;
  return refused;
}

function problemOf({ verb, parameters }: FunctionIntegrationDefinition): string | undefined {
  if (verb !== 'POST') return `IntegrationHttpMethod is ${verb}; Lambda is invoked with POST`; // AG-278
  const header = forbiddenMapping(parameters);
  return header === undefined ? undefined : `The integration maps a value to ${header}, which the gateway writes itself`;
}
