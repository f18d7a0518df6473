import { parseIntegrationUri, type IntegrationUri } from '../../../gateway/backend-uri.ts';
import { hasStageVariables, resolveStageVariables } from '../../../gateway/stage-variables.ts';
import type { DeploymentServices } from '../deployment-services.ts';
import { configurationError, Refused } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Integration, Outcome } from '../integration.ts';
import { createRequestConverter, type RequestConverter } from '../mapping/content-handling.ts';
import { IntegrationResponses } from '../mapping/integration-responses.ts';
import { JsonDocument } from '../mapping/json-document.ts';
import { MappingPass } from '../mapping/mapping-pass.ts';
import { RequestTemplates } from '../mapping/request-templates.ts';
import { readRequestBody } from '../request-body.ts';
import { traceIdOf } from '../trace-id.ts';
import { callBackend, type BackendRequest } from './call-backend.ts';
import type { HttpDefinition } from './http.ts';
import { buildMappedHeaders } from './mapped-headers.ts';
import { compileMappedTarget, type MappedTarget } from './mapped-target.ts';
import { MappedValues } from './mapped-values.ts';

/** What depends on the URI, which stage variables may change. */
interface Endpoint {
  readonly uri: IntegrationUri;
  readonly target: MappedTarget;
}

/** HTTP: requests and answers go through mappings and templates (areas J, K, N, P and Q). */
export class HttpIntegration implements Integration {
  readonly type = 'HTTP';
  readonly #definition: HttpDefinition;
  readonly #services: DeploymentServices;
  readonly #templates: RequestTemplates;
  readonly #responses: IntegrationResponses;
  readonly #header: MappedValues;
  readonly #path: MappedValues;
  readonly #query: MappedValues;
  readonly #convert: RequestConverter;
  readonly #endpoint: Endpoint | undefined;

  /** @throws MappingProblem, PatternProblem */
  constructor(definition: HttpDefinition, services: DeploymentServices) {
    this.#definition = definition;
    this.#services = services;
    this.#templates = new RequestTemplates(definition.requestTemplates, definition.passthrough);
    this.#responses = new IntegrationResponses(definition.responses, services.settings);
    this.#header = new MappedValues('header', definition.parameters);
    this.#path = new MappedValues('path', definition.parameters);
    this.#query = new MappedValues('querystring', definition.parameters);
    this.#convert = createRequestConverter(definition.contentHandling, services.settings);
    this.#endpoint = hasStageVariables(definition.uri) ? undefined : compileEndpoint(definition.uri);
  }

  async run(request: GatewayRequest): Promise<Outcome> {
    const endpoint = this.#endpoint ?? compileEndpoint(resolveStageVariables(this.#definition.uri, request.variables));
    if (endpoint === undefined) return new Refused(configurationError, `Invalid endpoint address: ${this.#definition.uri}`); // AG-258
    const pass = new MappingPass(request);
    const template = this.#templates.choose(pass);
    if (template instanceof Refused) return template;
    const given = request.hasBody ? await readRequestBody(request) : Buffer.alloc(0);
    if (!Buffer.isBuffer(given)) return given;
    const header = this.#header.read(request);
    const path = this.#path.read(request);
    const query = this.#query.read(request);
    const content = this.#convert(request, given);
    if (content instanceof Refused) return content;
    const text = template === 'passthrough' ? undefined : (template.constant ?? template.render(pass, new JsonDocument(content)));
    if (text instanceof Refused) return text;
    this.#header.override(header, pass);
    this.#path.override(path, pass);
    this.#query.override(query, pass);
    const method = this.#definition.verb === 'ANY' ? request.verb : this.#definition.verb; // AG-204
    const body = bodyFor(method, text === undefined ? content : Buffer.from(text));
    const target = endpoint.target(path, query);
    if (target instanceof Refused) return target;
    const headers = buildMappedHeaders(request, header, {
      authority: endpoint.uri.authority,
      apiId: this.#services.api.id,
      hasBody: body !== undefined,
    });
    if (headers instanceof Refused) return headers;
    return this.#ask(pass, endpoint, { method, target: this.#withStage(request, target), headers, body });
  }

  async #ask(pass: MappingPass, { uri }: Endpoint, backendRequest: BackendRequest): Promise<Outcome> {
    const backend = { uri, endpoint: this.#definition, services: this.#services };
    const answer = await callBackend(pass.request, backend, backendRequest);
    if (answer instanceof Refused) return answer;
    const { status, headers, body } = answer;
    return this.#responses.answer(pass, { selector: String(status), headers, body, traceId: traceIdOf(pass.request) }); // AG-242, AG-248
  }

  /** AG-182, AG-201 */
  #withStage(request: GatewayRequest, target: string): string {
    const inPath = this.#definition.vpcLinkId !== undefined && this.#services.settings.stageInLinkPath;
    return inPath ? `/${request.target.stage}${target}` : target;
  }
}

function compileEndpoint(text: string): Endpoint | undefined {
  const uri = parseIntegrationUri(text);
  return uri === undefined ? undefined : { uri, target: compileMappedTarget(uri.path) };
}

/** Reading verbs are sent without a body, whatever a template prints (AG-235). */
function bodyFor(method: string, body: Buffer): Buffer | undefined {
  return body.length === 0 || method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? undefined : body;
}
