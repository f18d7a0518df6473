import { parseInvocationUri } from '../../../gateway/function-target.ts';
import { resolveStageVariables } from '../../../gateway/stage-variables.ts';
import { RouteTable } from '../../../gateway/route-table.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { unsupported } from '../../service-error.ts';
import { notFound } from '../../rest-answers.ts';
import { apiOf } from '../api/named-in-call.ts';
import type { AuthorizerDefinition } from '../authorizers/authorizer-definition.ts';
import { authorizerArn } from '../authorizers/lambda-call.ts';
import { Refused, type Failure } from '../failures.ts';
import type { GatewayRequest } from '../gateway-request.ts';
import { GatewayResponses } from '../gateway-responses.ts';
import { invokeHeaders, invokeUrl } from '../lambda/invoke-record.ts';
import type { LiveApi } from '../live-api.ts';
import { javaMap } from '../logging/java-map.ts';
import { maskTail } from '../logging/mask-tail.ts';
import type { Passage } from '../passage.ts';
import { ServedStage } from '../served-stage.ts';
import type { Snapshot } from '../snapshot.ts';
import { usageRegisterOf } from '../usage/usage-register.ts';
import { parseSimulatedCall } from './simulated-call.ts';
import { simulatedLog } from './simulated-log.ts';
import { createSimulatedRequest } from './simulated-request.ts';

/** The stage in the ARN of the method that a tried out authorizer is asked about; that of a tried out method is another (AG-092). */
const stageInArn = 'ESTestInvoke-stage';

/** Asks an authorizer as the API has it now, deployed or not, about `GET /`. What its policy says of that is not evaluated. */
export async function testInvokeAuthorizer(call: RestCall): Promise<RestAnswer> {
  const api = apiOf(call);
  const definition = api.draft.authorizers.get(call.path['authorizer_id']!);
  if (definition === undefined) throw notFound('Invalid Authorizer identifier specified');
  const simulated = parseSimulatedCall(call);
  if (Object.keys(simulated.additionalContext).length > 0)
    throw unsupported('additionalContext of TestInvokeAuthorizer is not served here');
  const request = createSimulatedRequest(api, call, 'GET', { ...simulated, target: simulated.target === '' ? '/' : simulated.target });
  request.resourceId = 'test-invoke-resource-id';
  request.resourcePath = request.target.path;
  const refused = await ask(api, definition, passageOf(api, call, request));
  // A policy that denies is a result as well.
  const failure = request.authorizer === undefined ? refused?.failure : undefined;
  const log = simulatedLog(request.id, [...authorizerLines(api, definition, request, failure)], {
    began: request.time,
    ended: api.facts.clock.now(),
  });
  const { status = 0 } = failure ?? {};
  return {
    status: 200,
    body: { clientStatus: status, log, latency: Math.round(request.elapsed()), ...(status === 0 ? resultOf(request) : {}) },
  };
}

function passageOf(api: LiveApi, { account }: RestCall, request: GatewayRequest): Passage {
  const snapshot: Snapshot = {
    deploymentId: '',
    revision: api.draft.revision,
    routes: new RouteTable([]),
    responses: new GatewayResponses([]),
    authorizers: [], // none has a cache
    policy: undefined,
    apiKeySource: api.draft.settings.apiKeySource,
    minimumCompressionSize: undefined,
    disabled: false,
  };
  const stage = new ServedStage(stageInArn, api.facts, snapshot, request.variables);
  const usage = usageRegisterOf(account.directory);
  return { request, stages: new Map(), usage, stage, snapshot, method: undefined, policyDecision: undefined, unallowed: undefined };
}

async function ask(api: LiveApi, definition: AuthorizerDefinition, passage: Passage): Promise<Refused | undefined> {
  const outcome = await definition.compile(api.deploymentServices).authorizationFor([]).authorize(passage);
  return outcome instanceof Refused ? outcome : undefined;
}

interface AnswerOfFunction {
  readonly policyDocument?: unknown;
}

/** What a function returned as principal and policy, or what a user pool's token claims. */
function resultOf({ authorizer, trace }: GatewayRequest): object {
  const { policyDocument } = (trace.authorizer?.result ?? {}) as AnswerOfFunction;
  if (policyDocument !== undefined) return { principalId: authorizer!.get('principalId'), policy: JSON.stringify(policyDocument) };
  const claims = [...authorizer!].map(([name, value]) => [name.replace(/^claims\./, ''), value] as const);
  return { claims: Object.fromEntries(claims) };
}

/** AG-467, AG-912. Identities are masked wherever they stand, where AWS masks them in the first line only. */
function* authorizerLines(
  api: LiveApi,
  { id, properties }: AuthorizerDefinition,
  request: GatewayRequest,
  failure: Failure | undefined,
): Generator<string> {
  const { authorizer, logs } = request.trace;
  const target = parseInvocationUri(resolveStageVariables(String(properties['AuthorizerUri'] ?? ''), request.variables));
  if (authorizer?.event !== undefined && target !== undefined) {
    const url = invokeUrl(api.facts, target);
    yield `Starting authorizer: ${id} for request: ${request.id}`;
    yield `Incoming identity: ${maskTail(request.identity ?? '')}`;
    yield `Endpoint request URI: ${url}`;
    yield `Endpoint request headers: ${javaMap(invokeHeaders(api.facts, { requestId: request.id, from: authorizerArn(api.facts, id) }))}`;
    yield `Endpoint request body after transformations: ${JSON.stringify(authorizer.event)}`;
    yield `Sending request to ${url}`;
  }
  if (authorizer?.result !== undefined) yield `Authorizer result body before parsing: ${JSON.stringify(authorizer.result)}`;
  if (failure !== undefined) {
    if (failure.status === 401) yield `Unauthorized request: ${request.id}`;
    yield* logs.filter((line) => line.startsWith('Execution failed'));
    yield failure.errorType === 'UnauthorizedException' ? 'Unauthorized' : failure.errorType;
    return;
  }
  const principal = request.authorizer?.get('principalId');
  if (principal !== undefined) yield `Using valid authorizer policy for principal: ${maskTail(principal)}`;
  yield 'Successfully completed authorizer execution';
}
