import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsApiAnswer, AwsApiRequest } from '../../capabilities/aws-api.ts';
import type { Account, AwsCall, AwsHandler } from '../account.ts';
import { refuseAccess } from '../access.ts';
import { ServiceError } from '../service-error.ts';
import { openRoleOwner } from '../role-session.ts';
import { DynaliteEngine, withBody, type WireAnswer, type WireRequest } from './dynalite-engine.ts';
import { needsOf } from './table-access.ts';
import { unservedOperations } from './table-operations.ts';
import { TablePolicies } from './table-policies.ts';

const API = 'DynamoDB_20120810';

/** An error that DynamoDB answered. */
export class DynamoDbError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = code;
    this.code = code;
  }
}

/** Who calls; a service of the account has no access key. */
type Caller = Pick<AwsCall, 'caller'> & Partial<Pick<AwsCall, 'accessKeyId'>>;

/** DynamoDB of one account: the tables behind the AWS endpoint, and the same calls from within. */
export class DynamoDbService {
  readonly policies: TablePolicies;
  readonly #account: Account;
  #engine: Promise<DynaliteEngine> | undefined;
  /** While a table is rebuilt other calls wait. */
  #gate: Promise<unknown> = Promise.resolve();
  /** Calls that have got through the gate. */
  readonly #running = new Set<Promise<unknown>>();

  constructor(account: Account) {
    this.#account = account;
    this.policies = new TablePolicies(account.state.collection('dynamodb-policies'));
    account.endpoint.handle('dynamodb', (request, response, call) => void this.serve(request, response, call));
    account.directory.provide('awsApi', 'dynamodb', { call: (request) => this.#callFor(request) });
  }

  /** Starts loading the store, so that the first call finds it. */
  warm(): void {
    void this.#load();
  }

  /** One operation. @throws DynamoDbError */
  call(operation: string, input: unknown): Promise<Record<string, unknown>> {
    return this.#pass(() => this.#callNow(operation, input));
  }

  async hasTable(name: string): Promise<boolean> {
    try {
      await this.call('DescribeTable', { TableName: name });
      return true;
    } catch (error) {
      if (error instanceof DynamoDbError && error.code === 'ResourceNotFoundException') return false;
      throw error;
    }
  }

  /** Runs `work` while no other call gets through; `work` uses the `call` that it is given. */
  async exclusively<T>(work: (call: DynamoDbService['call']) => Promise<T>): Promise<T> {
    const before = this.#gate;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    await before;
    await Promise.allSettled(this.#running);
    try {
      return await work((operation, input) => this.#callNow(operation, input));
    } finally {
      resolve();
    }
  }

  /** {@link exclusively}, and all that `work` writes is kept together, or nothing of it: a kill in the middle changes nothing. */
  asOne<T>(work: (call: DynamoDbService['call']) => Promise<T>): Promise<T> {
    return this.exclusively(async (call) => (await this.#load()).asOne(() => work(call)));
  }

  /** For another service of the account. */
  async #callFor({ action, body, role, sessionName }: AwsApiRequest): Promise<AwsApiAnswer> {
    const caller = openRoleOwner(this.#account, role, sessionName);
    const answer = await this.#pass(() => this.#answerTo({ caller }, wireRequest(action, body)));
    const headers = Object.entries(answer.headers).flatMap(([name, value]) => [name, String(value)]);
    return { status: answer.status, headers, body: answer.body };
  }

  /** Lets a call through when the gate is open. */
  async #pass<T>(work: () => Promise<T>): Promise<T> {
    await this.#gate;
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #callNow(operation: string, input: unknown): Promise<Record<string, unknown>> {
    const answer = await this.#answer(wireRequest(operation, Buffer.from(JSON.stringify(input))));
    const output = JSON.parse(answer.body.toString()) as Record<string, unknown>;
    if (answer.status === 200) return output;
    const code = String(output['__type']).replace(/^.*#/, '');
    throw new DynamoDbError(code, String(output['message'] ?? output['Message'] ?? code));
  }

  /** A call that came over the wire. */
  async serve(request: IncomingMessage, response: ServerResponse, call: AwsCall): Promise<void> {
    try {
      const { method = '', url = '/', headers } = request;
      const answer = await this.#pass(() => this.#answerTo(call, { method, url, headers, body: call.body }));
      // As text it leaves together with the head, in one piece.
      response.writeHead(answer.status, answer.headers).end(answer.body.toString());
    } catch {
      // The client went away, or the store could not be loaded: there is nothing to tell it.
      response.destroy();
    }
  }

  /** IAM-035. What is no operation is refused by the service itself. */
  async #answerTo({ caller, accessKeyId }: Caller, request: WireRequest): Promise<WireAnswer> {
    const [, api, operation] = /^(DynamoDB|DynamoDBStreams)_20120810\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? [];
    if (api === 'DynamoDBStreams') return notServed(`${operation} of dynamodbstreams`);
    const needs = operation === undefined ? [] : needsOf(this.#account, operation, request.body);
    for (const need of needs) {
      const denial = refuseAccess(this.#account, caller, { ...need, resourcePolicy: this.policies.of(need.resource), accessKeyId });
      if (denial !== undefined) return accessDenied(denial.message);
    }
    if (operation?.endsWith('ResourcePolicy') === true) return this.#answerPolicyCall(operation, request.body);
    if (operation !== undefined && unservedOperations.has(operation)) return notServed(`${operation} of dynamodb`);
    return this.#answer(request);
  }

  async #answerPolicyCall(operation: string, body: Buffer): Promise<WireAnswer> {
    try {
      const output = await this.policies.call(operation, body, (arn) => this.hasTable(arn.slice(arn.indexOf('/') + 1)));
      return withBody(jsonAnswer(200), JSON.stringify(output));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return withBody(
        jsonAnswer(error.status),
        JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error.code}`, message: error.message }),
      );
    }
  }

  async #answer(request: WireRequest): Promise<WireAnswer> {
    const engine = await this.#load();
    return this.#asInAccount(request, await engine.call(withTableName(request)));
  }

  /** What dynalite prints with its own account (DDB-022) becomes what AWS would print. */
  #asInAccount(request: WireRequest, answer: WireAnswer): WireAnswer {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    if (operation === 'CreateTable' && answer.status === 400) return withDuplicateName(request, answer);
    if (!/^(Create|Describe|Update|Delete)Table$/.test(operation ?? '')) return answer;
    const { partition, region, id } = this.#account;
    const prefix = `"arn:${partition}:dynamodb:${region}:${id}:table/`;
    return withBody(answer, answer.body.toString().replaceAll(/"arn:aws:dynamodb:[^:"]*:\d*:table\//g, prefix));
  }

  #load(): Promise<DynaliteEngine> {
    return (this.#engine ??= DynaliteEngine.load(this.#account.state.durable ? this.#account.state.collection('dynamodb') : undefined));
  }
}

/** IAM-035, DDB-002 */
function accessDenied(message: string): WireAnswer {
  return withBody(jsonAnswer(400), JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: message }));
}

/** DDB-021: a status that no SDK tries again. */
function notServed(what: string): WireAnswer {
  const message = `${what} is not served here; docs/coverage.md lists what is`;
  return withBody(jsonAnswer(501), JSON.stringify({ __type: 'UnsupportedOperation', message }));
}

function jsonAnswer(status: number): WireAnswer {
  return { status, headers: { 'Content-Type': 'application/x-amz-json-1.0' }, body: Buffer.alloc(0) };
}

function wireRequest(operation: string, body: Buffer): WireRequest {
  return {
    method: 'POST',
    url: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${API}.${operation}`,
      'x-amz-date': '20000101T000000Z',
      // dynalite wants a signature's shape and looks no further.
      authorization: 'AWS4-HMAC-SHA256 Credential=engine, SignedHeaders=host, Signature=none',
    },
    body,
  };
}

/** A table may be named by its ARN, which dynalite doesn't know. */
function withTableName(request: WireRequest): WireRequest {
  if (!request.body.includes('"arn:')) return request;
  const text = request.body.toString().replaceAll(/("TableName"\s*:\s*")arn:[^"]*:table\/([^"/]+)"/g, '$1$2"');
  return { ...request, body: Buffer.from(text) };
}

/** DDB-007; dynalite leaves the message empty. */
function withDuplicateName(request: WireRequest, answer: WireAnswer): WireAnswer {
  const error = JSON.parse(answer.body.toString()) as Record<string, unknown>;
  if (!String(error['__type']).endsWith('#ResourceInUseException')) return answer;
  const { TableName: name } = JSON.parse(request.body.toString()) as { readonly TableName?: unknown };
  return withBody(answer, JSON.stringify({ ...error, message: `Table already exists: ${String(name)}` }));
}

/** One service an account, made when its first table is. */
const services = new WeakMap<Account, DynamoDbService>();

export function dynamoDbOf(account: Account): DynamoDbService {
  let service = services.get(account);
  if (service === undefined) {
    service = new DynamoDbService(account);
    services.set(account, service);
  }
  return service;
}

export function serveDynamoDb(account: Account): AwsHandler {
  return (request, response, call) => void dynamoDbOf(account).serve(request, response, call);
}
