import { AccountRegister } from '../../capabilities/account-register.ts';
import type { Directory } from '../../capabilities/directory.ts';
import type { Api } from '../../capabilities/api.ts';
import type { Arrival } from '../../gateway/arrival.ts';
import type { DomainAddress } from '../../gateway/custom-domain.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Account } from '../account.ts';
import type { Properties } from '../resource-type.ts';
import { ApiServer, tellError } from '../api-server.ts';
import { staleStageNotice } from '../../gateway/stale-stage.ts';
import { registerMappedApi } from '../../gateway/mapped-api.ts';
import { BackendConnections } from '../../gateway/backend-connections.ts';
import { ResponseCache } from './caching/response-cache.ts';
import { compileDeployment } from './compile-deployment.ts';
import type { CanarySettings } from './canary.ts';
import { findClientCertificate } from './client-certificates.ts';
import type { DeploymentServices } from './deployment-services.ts';
import { ApiDraft } from './draft.ts';
import { DraftRefusal } from './draft-refusal.ts';
import { maxHeaderValues, refusalAnswer } from './front-end.ts';
import { apiFacts, type ApiFacts } from '../../gateway/api-facts.ts';
import { namedVpcLinks } from './named-vpc-links.ts';
import { KeptTraces } from './kept-traces.ts';
import { StageLogs } from './logging/stage-logs.ts';
import { handleExchange, type PipelineServices } from './pipeline.ts';
import { domainTarget } from './request-target.ts';
import { checkQuota } from './quotas.ts';
import { ServedStage } from './served-stage.ts';
import { usageRegisterOf } from './usage/usage-register.ts';
import type { RequestLimit } from '../../gateway/token-bucket.ts';
import type { Snapshot } from './snapshot.ts';
import type { StageSettings } from './stage-settings.ts';

/** A REST API that runs: what it consists of, what is deployed of it, and the server that answers for it. */
export class LiveApi implements Api {
  readonly id: string;
  readonly logicalId: string;
  readonly draft: ApiDraft;
  readonly facts: ApiFacts;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  name: string;
  /** What the template says of it. */
  template: Properties = {};
  readonly #account: Account;
  readonly #connections: BackendConnections;
  readonly #deployments = new Map<string, { readonly snapshot: Snapshot; readonly createdAt: number }>();
  readonly #stages = new Map<string, ServedStage>();
  readonly #services: PipelineServices;
  #server: ApiServer | undefined = undefined;
  #leavePrivate: ((graceMs: number) => Promise<void>) | undefined = undefined;
  /** VPC endpoints whose names may be put behind the API's: `VpcEndpointIds` (AG-010). */
  endpointIds: readonly string[] = [];

  constructor(account: Account, id: string, rootId: string, names: { readonly name: string; readonly logicalId: string }) {
    this.id = id;
    this.name = names.name;
    this.logicalId = names.logicalId;
    this.draft = new ApiDraft(rootId);
    this.#account = account;
    this.facts = apiFacts(id, account);
    this.createdAt = account.clock.now();
    this.#connections = new BackendConnections(account.directory, account.clock);
    this.#services = {
      api: this.facts,
      stages: this.#stages,
      usage: usageRegisterOf(account.directory),
      traces: account.traces,
      keptTraces: new KeptTraces(),
      onError: (error: unknown, requestId: string) => tellError(account, this, error, requestId),
    };
  }

  /** Of a private API the name that it has inside VPCs. */
  get url(): string {
    return this.#server?.url ?? `http://${this.facts.host}`;
  }

  get stages(): readonly string[] {
    return [...this.#stages.keys()];
  }

  urlOf(stage: string): string {
    return `${this.url}/${stage}`;
  }

  get isPrivate(): boolean {
    return this.#leavePrivate !== undefined;
  }

  /** Begins to answer: on 127.0.0.1, or at VPC endpoints only. @throws ResourceFailure when a port that the user named is taken */
  async open(place: 'public' | 'private'): Promise<void> {
    if (place === 'private') {
      if (this.#leavePrivate !== undefined) return;
      await this.#server?.close(0);
      this.#server = undefined;
      const { servePrivately } = await import('./private/private-apis.ts');
      this.#leavePrivate = servePrivately(this.#account, this);
    } else if (this.#server === undefined) {
      await this.#leavePrivate?.(0);
      this.#leavePrivate = undefined;
      const services = this.#services;
      this.#server = new ApiServer(this.#account, this, {
        maxHead: maxHeaderValues,
        handle: (exchange) => handleExchange(services, exchange),
        refusalAnswer,
      });
      await this.#server.listen();
    }
  }

  /** Answers a request that came by a VPC endpoint. @param host as the client wrote it */
  handlePrivately(exchange: Exchange, arrival: Arrival, host: string): void | Promise<void> {
    return handleExchange({ ...this.#services, api: { ...this.facts, host } }, exchange, undefined, arrival);
  }

  /** Answers a request that came by a custom domain; without a stage, the path behind the base path begins with it. */
  handleAt(exchange: Exchange, { domain, basePath, rest, arrival }: DomainAddress, stage: string | undefined): void | Promise<void> {
    const services = { ...this.#services, api: { ...this.facts, host: domain } };
    return handleExchange(services, exchange, { basePath, target: domainTarget(exchange.head.target, rest, stage) }, arrival);
  }

  /** Freezes what the API consists of now. @throws DraftRefusal */
  deploy(deploymentId: string): void {
    if (this.isPrivate && this.draft.policy === undefined)
      throw new DraftRefusal("Private REST API doesn't have a resource policy attached to it");
    const snapshot = compileDeployment(this.draft, deploymentId, this.deploymentServices);
    this.#deployments.set(deploymentId, { snapshot, createdAt: this.#account.clock.now() });
  }

  /** What methods are compiled with, as the API is now. */
  get deploymentServices(): DeploymentServices {
    const { directory, clock, schedule } = this.#account;
    return { api: this.facts, directory, connections: this.#connections, clock, schedule, settings: this.draft.settings };
  }

  get deployments(): readonly { readonly id: string; readonly createdAt: number }[] {
    return [...this.#deployments].map(([id, { createdAt }]) => ({ id, createdAt }));
  }

  get servedStages(): readonly ServedStage[] {
    return [...this.#stages.values()];
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

  /** Names of the stages that serve a deployment, as a whole or as a canary. */
  stagesOf(deploymentId: string): readonly string[] {
    return [...this.#stages.values()]
      .filter(({ snapshot, canary }) => snapshot.deploymentId === deploymentId || canary?.stage.snapshot.deploymentId === deploymentId)
      .map(({ name }) => name);
  }

  /** Id of the deployment that a stage serves. */
  servedBy(name: string): string | undefined {
    return this.#stages.get(name)?.snapshot.deploymentId;
  }

  /** Points a stage at a deployment, or makes it. Requests under way go on with what they began with. */
  serve(name: string, deploymentId: string, settings: StageSettings): void {
    const { variables, canary, accessLog, methods, methodLimits, caches, clientCertificateId, tracing } = settings;
    const { snapshot } = this.#deployments.get(deploymentId)!;
    let stage = this.#stages.get(name);
    if (stage === undefined) {
      checkQuota(this.draft.quotas, 'stages', this.#stages.size);
      this.#stages.set(name, (stage = new ServedStage(name, this.facts, snapshot, variables)));
    } else {
      stage.variables = variables;
      stage.serve(snapshot);
    }
    stage.tell(settings.template, this.#account.clock.now());
    stage.logs = new StageLogs(this.#account, `${this.id}/${name}`, accessLog, methods);
    stage.throttling.change(methodLimits);
    stage.methods = methods;
    stage.tracing = tracing;
    stage.clientCertificate =
      clientCertificateId === undefined ? undefined : findClientCertificate(this.#account.directory, clientCertificateId);
    stage.responseCache = caches ? (stage.responseCache ?? new ResponseCache()) : undefined;
    stage.canary = canary === undefined ? undefined : this.#canary(stage, canary);
    if (stage.canary !== undefined) stage.canary.stage.logs = new StageLogs(this.#account, `${this.id}/${name}/Canary`, accessLog, methods);
  }

  #canary(stage: ServedStage, settings: CanarySettings): NonNullable<ServedStage['canary']> {
    const { percentTraffic, deploymentId, variableOverrides, usesStageCache } = settings;
    const snapshot = deploymentId === undefined ? stage.snapshot : this.#deployments.get(deploymentId)!.snapshot;
    const variables = { ...stage.variables, ...variableOverrides };
    const canary = stage.canary?.stage ?? new ServedStage(stage.name, this.facts, snapshot, variables);
    canary.variables = variables;
    canary.throttling = stage.throttling;
    canary.methods = stage.methods;
    canary.tracing = stage.tracing;
    canary.clientCertificate = stage.clientCertificate;
    if (usesStageCache || stage.responseCache === undefined) canary.responseCache = stage.responseCache;
    else if (canary.responseCache === undefined || canary.responseCache === stage.responseCache) canary.responseCache = new ResponseCache();
    canary.serve(snapshot);
    return { percentTraffic, stage: canary };
  }

  /** What AWS raised the account's request quota to, if it did; the API's own need not be the one that counts. */
  raiseAccountLimit(limit: RequestLimit | undefined): void {
    usageRegisterOf(this.#account.directory).raiseAccountLimit(this.id, limit, this.#account.clock.monotonic());
  }

  removeStage(name: string): void {
    this.#stages.delete(name);
  }

  flushAuthorizers(stage: string): number {
    return this.#stages.get(stage)?.flushAuthorizers() ?? 0;
  }

  vpcLinkIds(): readonly string[] {
    return namedVpcLinks(this.draft, [...this.#stages.values()]);
  }

  staleness(): readonly string[] {
    return [...this.#stages.values()].flatMap(({ name, snapshot }) => {
      const changed = this.draft.changesSince(snapshot.revision);
      if (changed.length === 0) return [];
      const remedy = 'there is a new AWS::ApiGateway::Deployment and the stage points to it';
      return [staleStageNotice({ api: this.name, stage: name, deploymentId: snapshot.deploymentId, changed, remedy })];
    });
  }

  /** @param graceMs for requests under way */
  async close(graceMs: number): Promise<void> {
    this.raiseAccountLimit(undefined);
    await this.#server?.close(graceMs);
    await this.#leavePrivate?.(graceMs);
    this.#connections.close();
  }
}

/** By id. */
export const apiRegister: AccountRegister<LiveApi> = new AccountRegister();

/** Lets the API's other resources find it. Answers a function that takes it away again. */
export function registerApi(directory: Directory, api: LiveApi): () => void {
  const endings = [apiRegister.add(directory, api.id, api), registerMappedApi(directory, api)];
  return () => endings.forEach((end) => end());
}

export function findApi(directory: Directory, id: string): LiveApi | undefined {
  return apiRegister.find(directory, id);
}
