import { RouteTable } from '../../../gateway/route-table.ts';
import { ResourceFailure } from '../../resource-type.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { ServiceError } from '../../service-error.ts';
import { openAuthorization } from '../access/authorization.ts';
import { notFound } from '../../rest-answers.ts';
import { resourceOf } from '../api/named-in-call.ts';
import { asResourceFailure } from '../belongs-to-api.ts';
import { compileMethod } from '../compile-deployment.ts';
import { methodKey, type ResourceDefinition } from '../draft.ts';
import { groupValues } from '../events/event-values.ts';
import { Refusal } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import type { Outcome } from '../integration.ts';
import { Later, unlessLater } from '../later.ts';
import { simulatedExecutionLog } from '../logging/execution-log.ts';
import type { MethodDefinition } from '../method-definition.ts';
import type { CompiledMethod } from '../snapshot.ts';
import { usageRegisterOf } from '../usage/usage-register.ts';
import { createValidationCompiler } from '../validation/compile-validation.ts';
import { validateRequest } from '../validation/validate-request.ts';
import { shownAnswer } from './shown-answer.ts';
import { parseSimulatedCall } from './simulated-call.ts';
import { simulatedLog } from './simulated-log.ts';
import { createSimulatedRequest } from './simulated-request.ts';

/** Runs a method as the API has it now, deployed or not: nobody is asked who calls, nothing is counted, nothing comes from a cache. */
export async function testInvokeMethod(call: RestCall): Promise<RestAnswer> {
  const { api, resource } = resourceOf(call);
  const verb = call.path['http_method']!;
  const { methods } = api.draft;
  const definition = methods.get(methodKey(resource.id, verb)) ?? methods.get(methodKey(resource.id, 'ANY'));
  if (definition === undefined) throw notFound('Invalid Method identifier specified');
  const simulated = parseSimulatedCall(call);
  const request = createSimulatedRequest(api, call, verb, {
    ...simulated,
    target: simulated.target === '' ? resource.path : simulated.target,
  });
  const method = compileNow(call, definition, resource);
  request.resourceId = resource.id;
  request.resourcePath = resource.path;
  const match = new RouteTable([{ path: resource.path, verb: 'ANY', method }]).match(request.target.path, request.verb);
  request.pathParameters = match?.parameters ?? [];
  request.exchange = {};
  const answer = await shownAnswer(api.draft.responses, request, await run(call, request, method));
  const { single, multi } = groupValues(answer.headers, true);
  return {
    status: 200,
    body: {
      status: answer.status,
      body: answer.body.toString(),
      headers: single,
      multiValueHeaders: multi,
      log: simulatedLog(request.id, simulatedExecutionLog(request, answer), { began: request.time, ended: api.facts.clock.now() }),
      latency: Math.round(request.elapsed()),
    },
  };
}

/** @throws ServiceError where a deployment would be refused (AG-521) */
function compileNow(call: RestCall, definition: MethodDefinition, resource: ResourceDefinition): CompiledMethod {
  const { api } = resourceOf(call);
  try {
    return asResourceFailure(() =>
      compileMethod(definition, resource, {
        deploymentId: '',
        authorization: openAuthorization,
        compileValidation: createValidationCompiler(api.draft, api.id),
        services: api.deploymentServices,
      }),
    );
  } catch (error) {
    if (error instanceof ResourceFailure) throw new ServiceError('BadRequestException', error.message);
    throw error;
  }
}

async function run({ account }: RestCall, request: GatewayRequest, method: CompiledMethod): Promise<Outcome> {
  const usage = usageRegisterOf(account.directory);
  const none = { stage: undefined, snapshot: undefined, policyDecision: undefined, unallowed: undefined };
  try {
    const refused = await validateRequest({ request, stages: new Map(), usage, method, ...none });
    if (refused !== undefined && !(refused instanceof Later)) return refused;
    request.trace.integration = { type: method.integration.type };
    return await unlessLater(method.integration.run(request));
  } catch (error) {
    if (error instanceof Refusal) return error.refused;
    throw error;
  }
}
