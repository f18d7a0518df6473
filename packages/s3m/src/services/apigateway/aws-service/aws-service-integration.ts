import type { AwsApiAnswer } from '../../../capabilities/aws-api.ts';
import { within } from '../../../gateway/within.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { configurationError, integrationTimeout, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Integration, Outcome } from '../integration.ts';
import { forbiddenMapping } from '../lambda/aws-header-mappings.ts';
import type { AwsDefinition } from '../lambda/aws-integration.ts';
import { compileCredentials, type Credentials } from '../lambda/credentials.ts';
import { IntegrationResponses } from '../mapping/integration-responses.ts';
import { MappedInput } from '../mapping/mapped-input.ts';
import { MappingPass } from '../mapping/mapping-pass.ts';
import { traceIdOf } from '../trace-id.ts';
import type { ServiceAction } from './service-action.ts';

/** An action of an AWS service, with a body of the method's own making; its status selects the response (AG-308, AG-309). */
export class AwsServiceIntegration implements Integration {
  readonly type = 'AWS';
  readonly #definition: AwsDefinition;
  readonly #action: ServiceAction;
  readonly #services: DeploymentServices;
  readonly #input: MappedInput;
  readonly #responses: IntegrationResponses;
  readonly #credentials: (request: GatewayRequest) => Credentials;

  /** @throws MappingProblem, PatternProblem */
  constructor(definition: AwsDefinition, action: ServiceAction, services: DeploymentServices) {
    this.#definition = definition;
    this.#action = action;
    this.#services = services;
    this.#input = new MappedInput(definition, services.settings);
    this.#responses = new IntegrationResponses(definition.responses, services.settings);
    this.#credentials = compileCredentials(definition.credentials);
  }

  async run(request: GatewayRequest): Promise<Outcome> {
    const { verb, parameters } = this.#definition;
    if (verb !== 'POST') return new Refused(configurationError, `IntegrationHttpMethod is ${verb}; ${this.#name} is called with POST`);
    const header = forbiddenMapping(parameters);
    if (header !== undefined)
      return new Refused(configurationError, `The integration maps a value to ${header}, which the gateway writes itself`);
    const principal = this.#credentials(request);
    if (principal.kind === 'missing' || principal.arn === undefined) {
      return new Refused(configurationError, `The integration calls ${this.#name} without Credentials: it needs a role`); // AG-308
    }
    const pass = new MappingPass(request);
    const text = await this.#input.read(pass);
    if (typeof text !== 'string') return text;
    const answer = await this.#call(request, text, principal.arn);
    if (answer instanceof Refused) return answer;
    const { status, headers } = answer;
    request.integrationStatus = String(status);
    if (request.exchange !== undefined) request.exchange.received = { status, headers, body: answer.body };
    return this.#responses.answer(pass, { selector: String(status), headers, body: answer.body, traceId: traceIdOf(request) });
  }

  get #name(): string {
    return `${this.#action.service}:${this.#action.action}`;
  }

  async #call(request: GatewayRequest, text: string, principal: string): Promise<AwsApiAnswer | Refused> {
    const { clock, directory } = this.#services;
    const { uri, timeoutMs } = this.#definition;
    request.trace.integration = { type: this.type, action: this.#name };
    const api = directory.find('awsApi', this.#action.service);
    if (api === undefined)
      return new Refused(configurationError, `Nothing of this account uses ${this.#action.service}, so it does not run`);
    const body = Buffer.from(text);
    if (request.exchange !== undefined) request.exchange.sent = { uri, headers: [], body };
    const startedAt = clock.monotonic();
    const call = { action: this.#action.action, body, role: principal, sessionName: 'BackplaneAssumeRoleSession' };
    const answer = await within(api.call(call), timeoutMs, clock);
    request.trace.integrationMs = clock.monotonic() - startedAt;
    if (answer !== undefined) return answer;
    request.trace.logs.push('Execution failed due to a timeout error'); // AG-256
    return new Refused(integrationTimeout, `${this.#name} did not answer within ${timeoutMs} ms`);
  }
}
