import { parseSafeUrl, sendRequest, type HttpAnswer } from './http-request.ts';
import { signRequest, type Credentials } from './signature-v4.ts';

/** A table of roles: one item a caller. */
export interface RolesTable {
  readonly name: string;
  /** Attribute with the token's subject, the partition key. */
  readonly subject: string;
  /** Attribute with a list or a set of strings. */
  readonly roles: string;
  readonly region: string;
  readonly endpoint: URL;
  readonly credentials: () => Credentials;
}

/** DynamoDB answers a GetItem in some milliseconds; the function has five seconds for all it does. */
const timeoutMs = 700;
const retryDelayMs = 50;
const longestAnswer = 512 * 1024;
const passingErrors = /#(?:ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded|InternalServerError|ServiceUnavailable)/;

/**
 * The caller's roles as they are now (T20: a strongly consistent read); none for a caller whom the table doesn't know (DDB-004).
 * @throws Error when the table can't be read or holds something else than roles: nobody gets in on a guess (T31)
 */
export async function readRoles(table: RolesTable, subject: string, now: () => number): Promise<readonly string[]> {
  // DDB-011: `roles` is a reserved word, hence the placeholder.
  const body = JSON.stringify({
    TableName: table.name,
    Key: { [table.subject]: { S: subject } },
    ConsistentRead: true,
    ProjectionExpression: '#roles',
    ExpressionAttributeNames: { '#roles': table.roles },
  });
  const answer = await callTwice(() => send(table, body, now()));
  if (answer.status !== 200)
    throw new Error(`Table "${table.name}" can't be read: DynamoDB answered ${answer.status} ${describeError(answer.body)}`);
  return parseRoles(answer.body, table);
}

/** One retry, for what may be better in a moment: no connection, throttling, a fault at AWS's side. */
async function callTwice(call: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    const answer = await call();
    if (answer.status < 500 && !passingErrors.test(answer.body)) return answer;
  } catch {
    // The second attempt tells what is wrong.
  }
  await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
  try {
    return await call();
  } catch (error) {
    throw new Error(`DynamoDB can't be reached: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function send(table: RolesTable, body: string, time: number): Promise<HttpAnswer> {
  const headers = signRequest({
    method: 'POST',
    url: table.endpoint,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.GetItem' },
    body,
    region: table.region,
    service: 'dynamodb',
    credentials: table.credentials(),
    time,
  });
  return sendRequest({ url: table.endpoint, method: 'POST', headers, body, timeoutMs, maxBytes: longestAnswer });
}

function parseRoles(body: string, table: RolesTable): readonly string[] {
  const answer: unknown = JSON.parse(body);
  if (!isObject(answer)) throw new TypeError('DynamoDB answered something that is not a JSON object');
  const item = answer['Item'];
  if (item === undefined) return [];
  const value = isObject(item) ? item[table.roles] : undefined;
  if (isObject(item) && value === undefined) return [];
  const roles = isObject(value)
    ? (value['SS'] ??
      (Array.isArray(value['L']) ? value['L'].map((entry: unknown) => (isObject(entry) ? entry['S'] : undefined)) : undefined))
    : undefined;
  if (!Array.isArray(roles) || !roles.every((role): role is string => typeof role === 'string')) {
    throw new TypeError(`Attribute "${table.roles}" of an item in table "${table.name}" must be a list or a set of strings`);
  }
  return roles;
}

/** `ResourceNotFoundException: Requested resource not found` (DDB-002). */
function describeError(body: string): string {
  try {
    const error: unknown = JSON.parse(body);
    if (!isObject(error)) return '';
    return `${String(error['__type']).split('#').at(-1)}: ${String(error['message'] ?? error['Message'] ?? '')}`;
  } catch {
    return '';
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** DynamoDB's address as AWS's SDKs find it: `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`, the region's own (DDB-014). */
export function findEndpoint(environment: Readonly<Record<string, string | undefined>>, region: string): URL {
  const name = environment['AWS_ENDPOINT_URL_DYNAMODB'] ? 'AWS_ENDPOINT_URL_DYNAMODB' : 'AWS_ENDPOINT_URL';
  const configured = environment[name];
  if (configured) return parseSafeUrl(configured, `Variable ${name}`);
  return new URL(`https://dynamodb.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`);
}
