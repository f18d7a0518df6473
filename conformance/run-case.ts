import { compareAnswer } from './compare-answer.ts';
import type { CaseRequest, ConformanceCase } from './conformance-case.ts';
import { fillPlaceholders, type Placeholders } from './placeholders.ts';
import type { RawAnswer } from './raw-answer.ts';
import { sendRaw } from './raw-client.ts';
import { StackFailure, type AwsService, type RunningStack, type Target } from './target.ts';

/** What came of a case. */
export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly differences: readonly string[] }
  /** It can't be tried on this target. */
  | { readonly kind: 'not-run'; readonly why: string };

/** Deploys the case's template, does what it says and compares. Never rejects for what the target does. */
export async function runCase(one: ConformanceCase, target: Target): Promise<Outcome> {
  const lacking = openParameters(one).filter((name) => target.supplies[name] === undefined);
  if (lacking.length > 0) return { kind: 'not-run', why: `nothing here supplies ${lacking.join(', ')}` };
  try {
    const differences = await differencesOf(one, target);
    return differences.length === 0 ? { kind: 'passed' } : { kind: 'failed', differences };
  } catch (error) {
    return { kind: 'failed', differences: [error instanceof Error ? error.message : String(error)] };
  }
}

async function differencesOf(one: ConformanceCase, target: Target): Promise<string[]> {
  if (one.expectError !== undefined) return compareFailure(one, one.expectError, await failureOf(one, target));
  await using stack = await deploy(one, target);
  if (one.kind === 'cfn-outputs') return compareOutputs(one, target, stack);
  const names = placeholdersOf(target, stack);
  for (const { putObject } of one.setup ?? []) await stack.putObject(fillPlaceholders(putObject, names));
  if (one.kind === 'gateway-response-table') return await compareTable(one, target, stack);
  const service = one.kind === 'aws-api' ? stack.service(one.service ?? '') : undefined;
  const base = service?.url ?? fillPlaceholders(one.base ?? '{{Outputs.ApiUrl}}', names);
  const differences: string[] = [];
  // In order: what an authorizer answered is cached for the next.
  for (const [index, request] of (one.requests ?? []).entries()) {
    const { method, path } = request;
    const answer = await ask(base, fillPlaceholders(request, names), service);
    const found = compareAnswer(fillPlaceholders(one.expect![index]!, names), answer);
    differences.push(...found.map((difference) => `${method} ${path} (request ${index + 1}): ${difference}`));
  }
  return differences;
}

function deploy(one: ConformanceCase, target: Target): Promise<RunningStack> {
  const ofTemplateOnly = one.kind.startsWith('cfn-');
  return target.deploy({
    name: one.id,
    template: one.template,
    parameters: { ...one.params, ...supplied(one, target) },
    passive: ofTemplateOnly ? (one.resourceTypes ?? []).filter((type) => !type.startsWith('AWS::ApiGateway::')) : [],
  });
}

/** Parameters that neither the template nor the case gives a value, of those that a target may supply. */
function openParameters({ template, params = {} }: ConformanceCase): string[] {
  const declared = Object.keys((template['Parameters'] ?? {}) as object);
  return declared.filter((name) => suppliedNames.has(name) && params[name] === undefined);
}

const suppliedNames = new Set(['BackendUrl', 'DomainName', 'CertificateArn']);

function supplied(one: ConformanceCase, { supplies }: Target): Record<string, string> {
  return Object.fromEntries(openParameters(one).map((name) => [name, supplies[name]!]));
}

/** Undefined when the stack came up after all. */
async function failureOf(one: ConformanceCase, target: Target): Promise<StackFailure | undefined> {
  try {
    const stack = await deploy(one, target);
    await stack[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    if (error instanceof StackFailure) return error;
    throw error;
  }
}

function compareFailure(
  one: ConformanceCase,
  expected: NonNullable<ConformanceCase['expectError']>,
  failure: StackFailure | undefined,
): string[] {
  if (failure === undefined) return [`the stack came up instead of failing with ${JSON.stringify(expected.message)}`];
  const isIt = ({ code, message }: StackFailure['reasons'][number]): boolean =>
    one.kind === 'cfn-resource-failure' ? message.includes(expected.message) : code === expected.code && message === expected.message;
  const status = failure.status === undefined || one.kind !== 'cfn-error' || failure.status === expected.status;
  if (status && failure.reasons.some(isIt)) return [];
  return [
    `failed with ${JSON.stringify(failure.reasons.map(({ code, message }) => ({ code, message })))} instead of ${JSON.stringify(expected)}`,
  ];
}

function compareOutputs(one: ConformanceCase, target: Target, stack: RunningStack): string[] {
  const expected = fillPlaceholders(one.expectOutputs ?? {}, placeholdersOf(target, stack));
  const names = new Set([...Object.keys(expected), ...Object.keys(stack.outputs)]);
  return [...names]
    .filter((name) => expected[name] !== stack.outputs[name])
    .map((name) => `output ${name} is ${JSON.stringify(stack.outputs[name])} instead of ${JSON.stringify(expected[name])}`);
}

/** Asks API Gateway for its own gateway responses (`GET /restapis/ID/gatewayresponses`) and compares their statuses. */
async function compareTable(one: ConformanceCase, target: Target, stack: RunningStack): Promise<string[]> {
  const service = stack.service('apigateway');
  const { ApiId } = placeholdersOf(target, stack);
  const request = { method: 'GET', path: `/restapis/${ApiId}/gatewayresponses`, headers: { Accept: 'application/json' } };
  const answer = await ask(service.url, request, service);
  if (answer.status !== 200) return [`the gateway responses are answered with ${answer.status} ${answer.body.toString().slice(0, 300)}`];
  const body = JSON.parse(answer.body.toString()) as {
    readonly item: readonly { readonly responseType: string; readonly statusCode?: string }[];
  };
  const found = new Map(
    body.item.map(({ responseType, statusCode }) => [responseType, statusCode === undefined ? null : Number(statusCode)]),
  );
  return Object.entries(one.expectTable ?? {})
    .filter(([type, status]) => found.get(type) !== status)
    .map(([type, status]) => `${type} has the status ${found.get(type)} instead of ${status}`);
}

function placeholdersOf({ region, accountId, partition }: Target, stack: RunningStack): Placeholders {
  return {
    ApiId: /^https:\/\/([a-z0-9]{10})\.execute-api\./.exec(stack.outputs['ApiUrl'] ?? '')?.[1],
    Region: region,
    AccountId: accountId,
    Partition: partition,
    outputs: stack.reachable,
  };
}

const mostRedirects = 10;

async function ask(base: string, request: CaseRequest, service: AwsService | undefined): Promise<RawAnswer> {
  const url = new URL(base);
  const body = bodyOf(request);
  let target = request.pathIsAbsolute === true ? request.path : url.pathname.replace(/\/$/, '') + request.path;
  if (!target.startsWith('/')) target = `/${target}`;
  const signed = service?.sign(request.method, new URL(target, url), body?.toString() ?? '') ?? {};
  const sent = {
    method: request.method,
    headers: Object.entries({ ...request.headers, ...signed }),
    ...(body === undefined ? {} : { body }),
  };
  let answer = await sendRaw({ url, target, ...sent });
  let at = new URL(target, url);
  for (let left = mostRedirects; request.followRedirects === true && isRedirect(answer) && left > 0; left--) {
    at = new URL(answer.headers.find(([name]) => name.toLowerCase() === 'location')![1], at);
    answer = await sendRaw({ url: at, target: at.pathname + at.search, method: sent.method, headers: sent.headers });
  }
  return answer;
}

function bodyOf({ body, bodyBase64, bodyRepeat }: CaseRequest): Buffer | undefined {
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64');
  if (bodyRepeat !== undefined) return Buffer.from(bodyRepeat.char.repeat(bodyRepeat.count));
  return body === undefined ? undefined : Buffer.from(body);
}

function isRedirect({ status, headers }: RawAnswer): boolean {
  return status >= 301 && status <= 308 && headers.some(([name]) => name.toLowerCase() === 'location');
}
