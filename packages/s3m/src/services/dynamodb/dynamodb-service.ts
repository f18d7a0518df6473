import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsApiAnswer, AwsApiRequest } from '../../capabilities/aws-api.ts';
import type { Account, AwsCall, AwsHandler } from '../account.ts';
import { refuseAccess } from '../access.ts';
import { ServiceError } from '../service-error.ts';
import { openRoleOwner } from '../role-session.ts';
import { CallGate } from './call-gate.ts';
import type { TableRecord } from 'dynalite/db/index.js';
import { DynaliteEngine, refusal } from './dynalite-engine.ts';
import { errorOutcome, type Outcome } from './outcome.ts';
import type { RequestReader } from './condition-keys.ts';
import { needsOf, tablesOf } from './table-access.ts';
import { nameTables } from './table-name.ts';
import { notServed } from './not-served.ts';
import { OwnOperations } from './own-operations.ts';
import { ownOperations, tableOperations, unservedOperations } from './table-operations.ts';
import { TablePolicies } from './table-policies.ts';
import { TimeToLive } from './time-to-live.ts';
import { toWire } from './wire-answer.ts';

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
  readonly timeToLive: TimeToLive;
  #engine: Promise<DynaliteEngine> | undefined;
  readonly #own: OwnOperations;
  /** Names of the partition keys of tables and of their indexes, by table; of the table itself under undefined. */
  readonly #hashKeys = new Map<string, ReadonlyMap<string | undefined, string>>();
  readonly #reader: RequestReader = {
    hashKeyOf: (table, index) => this.#hashKeys.get(table)?.get(index),
    read: (operation, input) => this.#loaded?.tryRead(operation, structuredClone(input)),
  };
  #loaded: DynaliteEngine | undefined;
  /** While a table is rebuilt other calls wait. */
  readonly #gate = new CallGate();

  constructor(account: Account) {
    this.#account = account;
    this.policies = new TablePolicies(account.state.collection('dynamodb-policies'));
    const expiry = account.state.collection('dynamodb-time-to-live');
    this.timeToLive = new TimeToLive(account, expiry, (operation, input) => this.call(operation, input));
    this.#own = new OwnOperations(account, this.timeToLive);
    account.endpoint.handle('dynamodb', (request, response, call) => void this.serve(request, response, call));
    account.directory.provide('awsApi', 'dynamodb', { call: (request) => this.#callFor(request) });
  }

  /** Starts loading the store, so that the first call finds it. */
  warm(): void {
    void this.#load();
  }

  /** One operation. @throws DynamoDbError */
  call(operation: string, input: unknown): Promise<Record<string, unknown>> {
    return this.#enter(operation, () => this.#callNow(operation, input));
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
  exclusively<T>(work: (call: DynamoDbService['call']) => Promise<T>): Promise<T> {
    return this.#gate.alone(() => work((operation, input) => this.#callNow(operation, input)));
  }

  /** {@link exclusively}, and all that `work` writes is kept together, or nothing of it: a kill in the middle changes nothing. */
  asOne<T>(work: (call: DynamoDbService['call']) => Promise<T>): Promise<T> {
    return this.exclusively(async (call) => (await this.#load()).asOne(() => work(call)));
  }

  /** For another service of the account. */
  async #callFor({ action, body, role, sessionName }: AwsApiRequest): Promise<AwsApiAnswer> {
    const caller = openRoleOwner(this.#account, role, sessionName);
    const answer = toWire(await this.#answer({ caller }, action, body));
    return { ...answer, body: Buffer.from(answer.body) };
  }

  /** A transaction has the store for itself, so that nobody sees half of it, and so has a change of a table. */
  #enter<T>(operation: string, work: () => Promise<T>): Promise<T> {
    return operation.startsWith('Transact') || operation === 'UpdateTable' ? this.#gate.alone(work) : this.#gate.pass(work);
  }

  async #callNow(operation: string, input: unknown): Promise<Record<string, unknown>> {
    // dynalite changes what it is given.
    const { status, text } = await this.#run(operation, JSON.parse(JSON.stringify(input)) as Input);
    const output = JSON.parse(text) as Record<string, unknown>;
    if (status === 200) return output;
    const code = String(output['__type']).replace(/^.*#/, '');
    throw new DynamoDbError(code, String(output['message'] ?? output['Message'] ?? code));
  }

  /** A call that came over the wire. */
  async serve(request: IncomingMessage, response: ServerResponse, call: AwsCall): Promise<void> {
    try {
      const contentType = request.headers['content-type']?.split(';', 1)[0]?.trim();
      const isJson = contentType === 'application/x-amz-json-1.0' || contentType === 'application/json';
      if (request.method !== 'POST' || !(isJson || call.body.length === 0)) return refuseForm(response);
      const outcome = await this.#answer(call, operationOf(request.headers['x-amz-target']), call.body);
      const { status, headers, body } = toWire(outcome, contentType);
      // As text it leaves together with the head, in one piece.
      response.writeHead(status, headers).end(body);
    } catch {
      // The client went away, or the store could not be loaded: there is nothing to tell it.
      response.destroy();
    }
  }

  /** What is no JSON, no operation or not allowed is refused in this order; then the operation itself is looked at. */
  async #answer({ caller, accessKeyId }: Caller, operation: string, body: Buffer): Promise<Outcome> {
    if (operation.startsWith(streams)) return notServed(operation.slice(streams.length), 'dynamodbstreams');
    const input = tryInput(body);
    if (input === 'no JSON') return notSerialized;
    if (!served.has(operation) && !unservedOperations.has(operation)) return unknownOperation;
    if (input === 'no object') return notSerialized;
    // So that conditions on partition keys can be evaluated.
    for (const table of tablesOf(operation, input)) if (!this.#hashKeys.has(table)) await this.#learnHashKey(table);
    for (const need of needsOf(this.#account, operation, input, this.#reader)) {
      const denial = refuseAccess(this.#account, caller, { ...need, resourcePolicy: this.policies.of(need.resource), accessKeyId });
      if (denial !== undefined) return accessDenied(denial.message);
    }
    if (unservedOperations.has(operation)) return notServed(operation);
    if (operation.endsWith('ResourcePolicy')) return this.#answerPolicyCall(operation, input);
    const outcome = await this.#enter(operation, () => this.#run(operation, input));
    if (operation === 'DeleteTable' && outcome.status === 200) await this.forget(String(input['TableName']));
    return outcome;
  }

  async #learnHashKey(table: string): Promise<void> {
    const { status, text } = await this.#gate.pass(() => this.#run('DescribeTable', { TableName: table }));
    if (status !== 200) return;
    const { Table: described } = JSON.parse(text) as { readonly Table: TableRecord };
    const { GlobalSecondaryIndexes: global = [], LocalSecondaryIndexes: local = [] } = described;
    const indexes = [...global, ...local].map(({ IndexName: name, KeySchema: [key] }) => [name, key!.AttributeName] as const);
    this.#hashKeys.set(table, new Map([[undefined, described.KeySchema[0]!.AttributeName], ...indexes]));
  }

  /** What is kept of a table beside its items: a later one of its name has nothing of it. */
  async forget(table: string): Promise<void> {
    const name = table.slice(table.lastIndexOf('/') + 1);
    const { partition, region, id } = this.#account;
    await Promise.all([
      this.policies.delete(`arn:${partition}:dynamodb:${region}:${id}:table/${name}`),
      this.timeToLive.set(name, undefined),
    ]);
  }

  async #answerPolicyCall(operation: string, input: Input): Promise<Outcome> {
    try {
      const output = await this.policies.call(operation, input, (arn) => this.hasTable(arn.slice(arn.indexOf('/') + 1)));
      return { status: 200, text: JSON.stringify(output) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return errorOutcome(error.status, error.code, error.message);
    }
  }

  async #run(operation: string, input: Input): Promise<Outcome> {
    const named = nameTables(this.#account, operation, input);
    if ('status' in named) return named;
    const engine = await this.#load();
    // One of the same name may have another key.
    if (/^(Create|Delete|Update)Table$/.test(operation)) this.#hashKeys.delete(String(named.input['TableName']));
    const own = ownOperations.has(operation) ? await this.#runOwn(engine, operation, named.input) : undefined;
    const outcome = own ?? (await engine.run(operation, named.input));
    return operation.endsWith('Table') ? this.#asInAccount(operation, input, outcome) : named.restore(outcome);
  }

  async #runOwn(engine: DynaliteEngine, operation: string, input: Input): Promise<Outcome | undefined> {
    try {
      return await this.#own.run(engine, operation, input);
    } catch (error) {
      return refusal(error);
    }
  }

  /** What dynalite prints with its own account, or not at all (DDB-022), becomes what AWS would print. */
  #asInAccount(operation: string, { TableName: table }: Input, outcome: Outcome): Outcome {
    const isInUse = outcome.status === 400 && outcome.text.includes('#ResourceInUseException');
    // DDB-007
    if (isInUse && operation === 'CreateTable')
      return errorOutcome(400, 'ResourceInUseException', `Table already exists: ${String(table)}`);
    const { partition, region, id } = this.#account;
    const prefix = `"arn:${partition}:dynamodb:${region}:${id}:table/`;
    return { ...outcome, text: outcome.text.replaceAll(/"arn:aws:dynamodb:[^:"]*:\d*:table\//g, prefix) };
  }

  #load(): Promise<DynaliteEngine> {
    const { state } = this.#account;
    return (this.#engine ??= DynaliteEngine.load(state.durable ? state.collection('dynamodb') : undefined).then(
      (engine) => (this.#loaded = engine),
    ));
  }
}

/** What a client sent: an object of JSON. */
export type Input = Readonly<Record<string, unknown>>;

function tryInput(body: Buffer): Input | 'no JSON' | 'no object' {
  if (body.length === 0) return 'no object';
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Input) : 'no object';
  } catch {
    return 'no JSON';
  }
}

const streams = 'DynamoDBStreams_20120810.';
const served: ReadonlySet<string> = new Set(tableOperations);

/** With its API where that is another one: an older one has operations of the same names, and other parameters. */
function operationOf(target: string | string[] | undefined): string {
  const prefix = 'DynamoDB_20120810.';
  if (typeof target !== 'string') return '';
  return target.startsWith(prefix) ? target.slice(prefix.length) : target;
}

const notSerialized = errorOutcome(400, 'SerializationException', undefined, 'com.amazon.coral.service');
const unknownOperation = errorOutcome(400, 'UnknownOperationException', undefined, 'com.amazon.coral.service');

/** IAM-035, DDB-002 */
function accessDenied(message: string): Outcome {
  return { status: 400, text: JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: message }) };
}

/** What is of another protocol than JSON. */
function refuseForm(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Length': 29 }).end('<UnknownOperationException/>\n');
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
