import { ResultCache } from '../../gateway/result-cache.ts';
import type { AuthorizerCache, CachedResult } from './authorizers/authorizer-cache.ts';
import type { ApiFacts } from '../../gateway/api-facts.ts';
import type { ClientCertificate } from '../../gateway/backend-tls.ts';
import type { Authorizer } from './authorizers/authorizer-definition.ts';
import type { ResponseCache } from './caching/response-cache.ts';
import { MethodSettings } from './method-settings.ts';
import type { StageLogs } from './logging/stage-logs.ts';
import { MethodThrottling } from './usage/method-throttling.ts';
import type { Snapshot } from './snapshot.ts';
import type { Properties } from '../resource-type.ts';

/** A stage as it answers requests: a deployment, and settings that act at once (AG-457). */
export class ServedStage {
  readonly name: string;
  /** Of a method's ARN, up to the verb (AG-087). */
  readonly arnPrefix: string;
  variables: Readonly<Record<string, string>>;
  /** Whether X-Ray sees its requests (AG-239). */
  tracing = false;
  clientCertificate: ClientCertificate | undefined = undefined;
  methods: MethodSettings = new MethodSettings();
  responseCache: ResponseCache | undefined = undefined;
  /** What the template says of it, for those who ask API Gateway. */
  template: Properties = {};
  /** Milliseconds since the epoch. */
  times: { readonly created: number; readonly updated: number } = { created: 0, updated: 0 };
  /** Set by whoever makes the stage serve. */
  logs: StageLogs | undefined = undefined;
  throttling: MethodThrottling = new MethodThrottling();
  /** What answers a part of the requests instead (AG-461), with authorizer caches of its own. */
  canary: { readonly percentTraffic: number; readonly stage: ServedStage } | undefined = undefined;
  #snapshot: Snapshot;
  /** By authorizer id (AG-113). */
  readonly #caches = new Map<string, { readonly keyParts: string; readonly cache: AuthorizerCache }>();

  constructor(name: string, api: ApiFacts, snapshot: Snapshot, variables: Readonly<Record<string, string>>) {
    this.name = name;
    this.arnPrefix = `arn:${api.partition}:execute-api:${api.region}:${api.accountId}:${api.id}/${name}/`;
    this.variables = variables;
    this.#snapshot = snapshot;
    this.serve(snapshot);
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Serves another deployment from the next request on. Results of authorizers stay, unless what they are keyed by changed (AG-115). */
  serve(snapshot: Snapshot): void {
    const kept = new Map<string, string>();
    for (const { definition, cacheKeyParts } of snapshot.authorizers)
      if (cacheKeyParts !== undefined) kept.set(definition.id, cacheKeyParts);
    for (const [id, { keyParts }] of this.#caches) if (kept.get(id) !== keyParts) this.#caches.delete(id);
    for (const [id, keyParts] of kept) {
      if (!this.#caches.has(id)) this.#caches.set(id, { keyParts, cache: new ResultCache<CachedResult>() });
    }
    this.#snapshot = snapshot;
  }

  /** The template says something new of it. */
  tell(template: Properties, now: number): void {
    this.template = template;
    this.times = { created: this.times.created === 0 ? now : this.times.created, updated: now };
  }

  /** AG-448 */
  flushAnswers(): void {
    this.responseCache?.flush();
    this.canary?.stage.responseCache?.flush();
  }

  /** Undefined for an authorizer that a deployment served since no longer has. */
  cacheOf({ definition }: Authorizer): AuthorizerCache | undefined {
    return this.#caches.get(definition.id)?.cache;
  }

  /** AG-114 */
  flushAuthorizers(): number {
    let count = 0;
    for (const { cache } of this.#caches.values()) count += cache.flush();
    return count + (this.canary?.stage.flushAuthorizers() ?? 0);
  }
}
