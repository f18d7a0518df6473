import type { ApiSettings } from './api-settings.ts';
import { configurationError, Refused } from './failures.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { Integration, Outcome } from './integration.ts';
import { IntegrationResponses } from './mapping/integration-responses.ts';
import { JsonDocument } from './mapping/json-document.ts';
import { MappingPass } from './mapping/mapping-pass.ts';
import type { MappingTemplate } from './mapping/mapping-template.ts';
import { RequestTemplates } from './mapping/request-templates.ts';
import { parseMockStatus, type MockStatus } from './mock-template.ts';
import type { MockDefinition } from './mock.ts';
import { readRequestBody } from './request-body.ts';

/** Answers from the method's own templates, without a backend. */
export class MockIntegration implements Integration {
  readonly type = 'MOCK';
  readonly #templates: RequestTemplates;
  readonly #responses: IntegrationResponses;
  /** Of templates that are the same for each request. */
  readonly #statuses = new Map<string, MockStatus>();

  /** @throws MappingProblem, PatternProblem */
  constructor(definition: MockDefinition, settings: ApiSettings) {
    this.#templates = new RequestTemplates(definition.requestTemplates, definition.passthrough);
    this.#responses = new IntegrationResponses(definition.responses, settings);
    for (const text of Object.values(definition.requestTemplates)) this.#statuses.set(text, parseMockStatus(text));
  }

  run(request: GatewayRequest): Outcome | Promise<Outcome> {
    const pass = new MappingPass(request);
    const template = this.#templates.choose(pass);
    if (template instanceof Refused) return template;
    const constant = template === 'passthrough' ? undefined : template.constant;
    if (constant !== undefined) return this.#respond(pass, this.#statuses.get(constant)!);
    return this.#render(pass, template);
  }

  /** Without a template, the client's body is taken for one's text (AG-318). */
  async #render(pass: MappingPass, template: MappingTemplate | 'passthrough'): Promise<Outcome> {
    const { request } = pass;
    const body = request.hasBody ? await readRequestBody(request) : Buffer.alloc(0);
    if (!Buffer.isBuffer(body)) return body;
    const document = new JsonDocument(body);
    const text = template === 'passthrough' ? document.text : template.render(pass, document);
    return text instanceof Refused ? text : this.#respond(pass, parseMockStatus(text));
  }

  /** The status selects the response (AG-316); nothing comes with it that could be mapped (AG-322). */
  #respond(pass: MappingPass, chosen: MockStatus): Outcome {
    if ('problem' in chosen) return new Refused(configurationError, `MOCK integration: ${chosen.problem}`);
    return this.#responses.answer(pass, { selector: String(chosen.status), headers: [], body: '', isMock: true });
  }
}
