import type { CallOutcome } from '../../../gateway/call-function.ts';
import type { FunctionTarget } from '../../../gateway/function-target.ts';
import type { Source } from '../context-variables.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { configurationError, invalidJsonBody, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { IntegrationResponseDefinition } from '../integration-response-definition.ts';
import type { Integration, Outcome } from '../integration.ts';
import { IntegrationResponses } from '../mapping/integration-responses.ts';
import { MappedInput, type InputDefinition } from '../mapping/mapped-input.ts';
import { MappingPass } from '../mapping/mapping-pass.ts';
import { overridesOf } from '../mapping/overrides.ts';
import type { MethodFacts } from '../method-facts.ts';
import { compileSource } from '../parameter-source.ts';
import { traceIdOf } from '../trace-id.ts';
import { FunctionCaller, noteFailure, type FunctionIntegrationDefinition } from './function-caller.ts';
import { callFailure, functionError } from './function-failure.ts';
import { invokeAnswerHeaders } from './invoke-record.ts';

/** `AWS` with a function, as the template gives it. */
export interface AwsDefinition extends FunctionIntegrationDefinition, InputDefinition {
  readonly responses: readonly IntegrationResponseDefinition[];
}

const invocationTypeHeader = 'x-amz-invocation-type';

/** A function with an event of the method's own making, and an answer made of its result by integration responses (area N). */
export class AwsIntegration implements Integration {
  readonly type = 'AWS';
  readonly #caller: FunctionCaller;
  readonly #input: MappedInput;
  readonly #responses: IntegrationResponses;
  readonly #invocationType: Source | undefined;

  /** @throws MappingProblem, PatternProblem */
  constructor(definition: AwsDefinition, services: DeploymentServices, method: MethodFacts) {
    this.#caller = new FunctionCaller(this.type, definition, services, method);
    this.#input = new MappedInput(definition, services.settings);
    this.#responses = new IntegrationResponses(definition.responses, services.settings);
    const mapping = Object.entries(definition.parameters).find(
      ([target]) => target.toLowerCase() === `integration.request.header.${invocationTypeHeader}`,
    );
    this.#invocationType = mapping === undefined ? undefined : compileSource(mapping[1]);
  }

  async run(request: GatewayRequest): Promise<Outcome> {
    const callee = this.#caller.resolve(request);
    if (callee instanceof Refused) return callee;
    const pass = new MappingPass(request);
    const text = await this.#input.read(pass);
    if (typeof text !== 'string') return text;
    const later = this.#isLater(pass);
    if (later instanceof Refused) return later;
    const event = text.trim() === '' ? '{}' : text;
    const outcome = await this.#caller.call(request, callee, { event, isJson: false, later });
    return this.#toOutcome(pass, callee.target, outcome);
  }

  /** AG-284: mapped, or set by the template. */
  #isLater({ request, requestOverride }: MappingPass): boolean | Refused {
    const override =
      requestOverride === undefined
        ? undefined
        : overridesOf(requestOverride, 'header').find(([name]) => name.toLowerCase() === invocationTypeHeader)?.[1]; // AG-339
    const type = override ?? this.#invocationType?.(request);
    if (type === undefined || type === 'RequestResponse') return false;
    if (type === 'Event') return true;
    return new Refused(configurationError, `X-Amz-Invocation-Type is ${JSON.stringify(type)}. Allowed here: RequestResponse, Event`);
  }

  /** A function that failed is an answer too: its message selects the response (AG-309, AG-313). */
  #toOutcome(pass: MappingPass, target: FunctionTarget, outcome: CallOutcome): Outcome {
    const { request } = pass;
    if (outcome.kind === 'refused' && outcome.status === 400) {
      return new Refused(invalidJsonBody(outcome.message), `The event for the function is no JSON: ${outcome.message}`); // AG-360
    }
    if (outcome.kind !== 'success' && outcome.kind !== 'function-error') {
      return noteFailure(request, callFailure(outcome, target, this.#caller.timeoutMs));
    }
    const failed = outcome.kind === 'function-error';
    if (failed) noteFailure(request, functionError(outcome));
    request.integrationStatus = request.serviceStatus;
    return this.#responses.answer(pass, {
      selector: failed ? outcome.errorMessage : undefined,
      headers: invokeAnswerHeaders(outcome),
      body: outcome.payload,
      traceId: traceIdOf(request),
    });
  }
}
