import type { Api } from '../../capabilities/api.ts';
import { AccountRegister } from '../../capabilities/account-register.ts';
import type { Directory } from '../../capabilities/directory.ts';
import { apiFacts, type ApiFacts } from '../../gateway/api-facts.ts';
import { BackendConnections } from '../../gateway/backend-connections.ts';
import type { DomainAddress } from '../../gateway/custom-domain.ts';
import { staleStageNotice } from '../../gateway/stale-stage.ts';
import { registerMappedApi, type MappedApi } from '../../gateway/mapped-api.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Account } from '../account.ts';
import { ApiServer, tellError } from '../api-server.ts';
import { SnapshotCompiler } from './compile-http-api.ts';
import { DraftRefusal, HttpApiDraft } from './http-api-draft.ts';
import { handleExchange, type PipelineServices } from './request/pipeline.ts';
import { refusalAnswer } from './request/refusal-answer.ts';
import { maxHead } from './request/sizes.ts';
import { ServedStage, type StageSettings } from './served-stage.ts';
import type { Snapshot } from './snapshot.ts';

/** An HTTP API that runs: what it consists of, what is deployed of it, and the server that answers for it. */
export class LiveHttpApi implements Api, MappedApi {
  readonly id: string;
  readonly logicalId: string;
  readonly draft: HttpApiDraft = new HttpApiDraft();
  readonly facts: ApiFacts;
  name: string;
  readonly #compiler: SnapshotCompiler;
  readonly #connections: BackendConnections;
  readonly #deployments = new Map<string, Snapshot>();
  readonly #stages = new Map<string, ServedStage>();
  readonly #services: PipelineServices;
  readonly #server: ApiServer;
  /** What stages with `AutoDeploy` serve. */
  #latest: Snapshot | undefined;

  constructor(account: Account, id: string, names: { readonly name: string; readonly logicalId: string }) {
    const { clock, schedule, directory } = account;
    this.id = id;
    this.name = names.name;
    this.logicalId = names.logicalId;
    this.facts = apiFacts(id, account);
    this.#connections = new BackendConnections(directory, clock);
    this.#compiler = new SnapshotCompiler({ api: this.facts, directory, connections: this.#connections, clock, schedule });
    const services = (this.#services = {
      api: this.facts,
      stages: this.#stages,
      traces: account.traces,
      onError: (error: unknown, requestId: string) => tellError(account, this, error, requestId),
    });
    this.#server = new ApiServer(account, this, { maxHead, handle: (exchange) => handleExchange(services, exchange), refusalAnswer });
  }

  get url(): string {
    return this.#server.url;
  }

  get stages(): readonly string[] {
    return [...this.#stages.keys()];
  }

  urlOf(stage: string): string {
    return stage === '$default' ? `${this.url}/` : `${this.url}/${stage}`;
  }

  /** Begins to listen on 127.0.0.1. @throws ResourceFailure when a port that the user named is taken */
  listen(): Promise<void> {
    return this.#server.listen();
  }

  /** Answers a request that came by a custom domain (AG-012). The stage is the mapping's; neither it nor the base path is part of the route. */
  handleAt(exchange: Exchange, { domain, rest, arrival }: DomainAddress, stage: string | undefined): Promise<void> {
    const services = { ...this.#services, api: { ...this.facts, host: domain } };
    return handleExchange(services, exchange, { stage: stage ?? '$default', rest, arrival });
  }

  /** Freezes what the API consists of now. @throws DraftRefusal, ExpressionProblem */
  deploy(deploymentId: string): void {
    if (this.draft.routes.size === 0) throw new DraftRefusal('Unable to deploy API because no routes exist in this API'); // AG-955
    this.#deployments.set(deploymentId, this.#compiler.compile(this.draft));
  }

  removeDeployment(deploymentId: string): void {
    this.#deployments.delete(deploymentId);
  }

  hasDeployment(deploymentId: string): boolean {
    return this.#deployments.has(deploymentId);
  }

  hasStage(name: string): boolean {
    return this.#stages.has(name);
  }

  /** Makes a stage, or sets it anew. Requests under way go on with what they began with. */
  setStage(name: string, settings: StageSettings): void {
    const stage = this.#stages.get(name);
    if (stage === undefined) this.#stages.set(name, new ServedStage(name, settings, (current) => this.#snapshotFor(current)));
    else stage.settings = settings;
  }

  /** Lets a stage that does not deploy by itself serve a deployment (AG-955). */
  pointStage(name: string, deploymentId: string): void {
    const stage = this.#stages.get(name);
    if (stage !== undefined && !stage.settings.autoDeploy) stage.settings = { ...stage.settings, deploymentId };
  }

  /** Answers how many results of Lambda authorizers were dropped. */
  flushAuthorizers(stage: string): number {
    return this.#stages.get(stage)?.caches.flush() ?? 0;
  }

  removeStage(name: string): void {
    this.#stages.delete(name);
  }

  vpcLinkIds(): readonly string[] {
    return [...this.draft.integrations.values()].flatMap((each) =>
      each.kind === 'http' && each.vpcLinkId !== undefined ? [each.vpcLinkId] : [],
    );
  }

  staleness(): readonly string[] {
    return [...this.#stages.values()].flatMap(({ name, settings }) => {
      const snapshot = settings.autoDeploy ? undefined : this.#snapshotFor(settings);
      const changed = snapshot === undefined ? [] : this.draft.changesSince(snapshot.revision);
      if (changed.length === 0) return [];
      const remedy = 'there is a new AWS::ApiGatewayV2::Deployment, or the stage has AutoDeploy';
      return [staleStageNotice({ api: this.name, stage: name, deploymentId: settings.deploymentId!, changed, remedy })];
    });
  }

  /** @param graceMs for requests under way */
  async close(graceMs: number): Promise<void> {
    await this.#server.close(graceMs);
    this.#connections.close();
  }

  /** With `AutoDeploy` a change is frozen by the first request after it (AG-559): a template's many changes are one. */
  #snapshotFor({ autoDeploy, deploymentId }: StageSettings): Snapshot | undefined {
    if (!autoDeploy) return deploymentId === undefined ? undefined : this.#deployments.get(deploymentId);
    if (this.#latest?.revision !== this.draft.revision) this.#latest = this.#compiler.compile(this.draft);
    return this.#latest;
  }
}

/** By id. */
const apis = new AccountRegister<LiveHttpApi>();

/** Lets the API's other resources find it. Answers a function that takes it away again. */
export function registerHttpApi(directory: Directory, api: LiveHttpApi): () => void {
  const endings = [apis.add(directory, api.id, api), registerMappedApi(directory, api)];
  return () => endings.forEach((end) => end());
}

export function findHttpApi(directory: Directory, id: string): LiveHttpApi | undefined {
  return apis.find(directory, id);
}
