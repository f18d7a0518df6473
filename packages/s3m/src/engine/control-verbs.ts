import type { RegistryLogin } from '../capabilities/image-registry.ts';
import type { Engine } from './engine.ts';
import { describeSystem, type SystemView } from './system-view.ts';
import type { MintedToken } from './mint-token.ts';
import { parseTokenRequest } from './parse-token-request.ts';
import type { LogLine } from './log-store.ts';
import type { Trace } from '../trace/trace.ts';
import type { Ready } from './engine-event.ts';
import type { ResetResult } from './reset-data.ts';
import type { SeedCounts } from './seed/seed-part.ts';
import { userFailure } from './problem.ts';
import { explainReach, type Reach } from './explain-reach.ts';

interface Stream {
  /** Sends a line while the verb runs. */
  line(value: unknown): void;
  readonly signal: AbortSignal;
}

type Verb<Answer> = (engine: Engine, argument: Readonly<Record<string, unknown>>, stream: Stream) => Promise<Answer>;

/** What another process can ask of a running engine: the command's verbs, the console, `prove`. */
export interface ControlAnswers {
  readonly describe: Ready;
  readonly ps: SystemView;
  readonly token: MintedToken;
  readonly logs: { readonly sources: readonly string[] };
  readonly 'flush-authorizer': { readonly flushed: readonly { readonly api: string; readonly stage: string; readonly results: number }[] };
  readonly trace: Trace;
  readonly why: readonly Reach[];
  readonly traces: { readonly traces: readonly Trace[] };
  readonly 'registry-login': RegistryLogin;
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: SeedCounts;
  readonly reset: ResetResult;
}

export type ControlVerb = keyof ControlAnswers;

export function isControlVerb(name: string): name is ControlVerb {
  return Object.hasOwn(controlVerbs, name);
}

export const controlVerbs: { readonly [V in ControlVerb]: Verb<ControlAnswers[V]> } = {
  describe: async (engine) => engine.describe(),
  ps: async (engine) => describeSystem(engine),
  token: async (engine, argument) => engine.token(parseTokenRequest(argument)),
  logs,
  'flush-authorizer': async (engine, { stage }) => ({ flushed: flushAuthorizers(engine, typeof stage === 'string' ? stage : undefined) }),
  trace: async (engine, { id }) => {
    const trace = engine.trace(String(id)) ?? findByBeginning(engine, String(id));
    if (trace === undefined)
      throw userFailure(
        'NoSuchTrace',
        `No request "${String(id)}" is known`,
        'Take the id from the header x-amzn-RequestId, or apigw-requestid of an HTTP API; the newest 10,000 are kept.',
      );
    return trace;
  },
  why: async (engine, { from, to, port }) =>
    explainReach(engine.account, {
      from: asLogicalId(engine, String(from)),
      to: asLogicalId(engine, String(to)),
      ...(typeof port === 'number' ? { port } : {}),
    }),
  traces: async (engine, { limit }) => ({ traces: engine.account.traces.recent(typeof limit === 'number' ? limit : 20) }),
  'registry-login': async (engine) => registryLogin(engine),
  environment: async (engine) => environmentFor(engine),
  seed: async (engine, { file }) => engine.seed(String(file)),
  reset: async (engine) => engine.reset(),
};

/** Lines and nodes go by logical ids; a name that AWS gave, as `ps` shows it, means the same resource. */
function asLogicalId(engine: Engine, name: string): string {
  return engine.logicalId(name) ?? name;
}

/** The newest request whose id begins so; eight characters are enough to mean one. */
function findByBeginning(engine: Engine, beginning: string): Trace | undefined {
  return beginning.length < 8 ? undefined : engine.account.traces.recent(10_000).find(({ id }) => id.startsWith(beginning));
}

/** Sends the newest lines, then new ones until the other side goes away. */
async function logs(engine: Engine, argument: Readonly<Record<string, unknown>>, stream: Stream): Promise<ControlAnswers['logs']> {
  const name = typeof argument['name'] === 'string' ? asLogicalId(engine, argument['name']) : undefined;
  const limit = typeof argument['limit'] === 'number' ? argument['limit'] : 1000;
  engine.logs.tail(name, limit).forEach((line: LogLine) => stream.line(line));
  if (argument['follow'] === true) {
    const stop = engine.logs.follow(name, (line) => stream.line(line));
    await new Promise<void>((resolve) => stream.signal.addEventListener('abort', () => resolve(), { once: true }));
    stop();
  }
  return { sources: engine.logs.sources() };
}

function flushAuthorizers(engine: Engine, wanted: string | undefined): ControlAnswers['flush-authorizer']['flushed'] {
  const flushed: { api: string; stage: string; results: number }[] = [];
  const apis = engine.account.directory.list('api').map(([, api]) => api);
  for (const api of apis) {
    if (api.flushAuthorizers === undefined) continue;
    for (const stage of api.stages) {
      if (wanted === undefined || wanted === stage) flushed.push({ api: api.name, stage, results: api.flushAuthorizers(stage) });
    }
  }
  if (
    flushed.length === 0 &&
    apis.some((api) => api.flushAuthorizers === undefined && (wanted === undefined || api.stages.includes(wanted)))
  )
    throw userFailure(
      'NotForHttpApis',
      'FlushStageAuthorizersCache is for REST APIs; there is none for HTTP APIs, on AWS either',
      'There is nothing to empty for JWT and IAM authorization: each token is looked at. For a Lambda authorizer set AuthorizerResultTtlInSeconds to 0, or wait for its time.',
    );
  if (flushed.length === 0)
    throw userFailure(
      'NoSuchStage',
      wanted === undefined ? 'No API serves a stage' : `No API serves a stage "${wanted}"`,
      'See the stages with: s3m ps',
    );
  return flushed;
}

/** The developer's password for the image registry. */
async function registryLogin({ account }: Engine): Promise<RegistryLogin> {
  const developer = account.directory.find('credentials', account.developer['AWS_ACCESS_KEY_ID'] ?? '');
  const registry = await account.directory.find('imageRegistry', account.id)?.open();
  if (developer === undefined || registry === undefined) throw new Error('the account has no image registry');
  return registry.login(developer.owner);
}

/** What `exec` puts into a command's environment (CONTRACTS: engine and command). */
function environmentFor(engine: Engine): Record<string, string> {
  const { stacks, endpoints } = engine.describe();
  const environment: Record<string, string> = { ...engine.account.environment, ...engine.account.developer };
  for (const [stack, { localOutputs }] of Object.entries(stacks)) {
    for (const [name, value] of Object.entries(localOutputs))
      environment[`S3M_OUTPUT_${toVariable(stack)}_${toVariable(name)}`] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  environment['S3M_URL_AWS'] = endpoints.aws;
  environment['S3M_URL_ISSUER'] = endpoints.issuer;
  for (const [id, { stages }] of Object.entries(endpoints.apis)) {
    for (const [stage, url] of Object.entries(stages)) environment[`S3M_URL_${toVariable(id)}_${toVariable(stage)}`] = url;
  }
  for (const [id, url] of Object.entries(endpoints.sites)) environment[`S3M_URL_${toVariable(id)}`] = url;
  for (const [id, ports] of Object.entries(endpoints.balancers)) {
    for (const [port, url] of Object.entries(ports)) environment[`S3M_URL_${toVariable(id)}_${port}`] = url;
  }
  for (const [id, uri] of Object.entries(endpoints.repositories)) environment[`S3M_URL_${toVariable(id)}`] = uri;
  for (const [name, url] of Object.entries(endpoints.domains)) environment[`S3M_URL_${toVariable(name)}`] = url;
  return environment;
}

function toVariable(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '_').toUpperCase();
}
