import { Quota } from './quota.ts';
import { TokenBucket, type RequestLimit } from '../../../gateway/token-bucket.ts';
import type { PlanStage, UsagePlanDefinition } from './usage-plan-definition.ts';

/** Where a request of a key goes, for its limits. */
export interface UsedMethod {
  readonly apiId: string;
  readonly stage: string;
  readonly resourcePath: string;
  readonly resourceId: string;
  /** As defined: a verb or `ANY`. */
  readonly verb: string;
}

export type UsageDecision =
  | { readonly kind: 'admitted' }
  /** `log` is the line of AWS's execution log (AG-423, AG-424). */
  | { readonly kind: 'throttled' | 'exhausted'; readonly log: string };

/** A usage plan that is in force: who has it, and what they have used of it. In memory: a restart forgets it. */
export class UsagePlanState {
  readonly id: string;
  #definition: UsagePlanDefinition = { stages: [], throttle: undefined, quota: undefined };
  /** By `API/STAGE`. */
  #stages: ReadonlyMap<string, PlanStage> = new Map();
  /** By key, or by key and method. */
  readonly #buckets = new Map<string, TokenBucket>();
  /** By key. */
  readonly #quotas = new Map<string, Quota>();

  constructor(id: string) {
    this.id = id;
  }

  get definition(): UsagePlanDefinition {
    return this.#definition;
  }

  /** What was used so far still counts. */
  change(definition: UsagePlanDefinition): void {
    this.#definition = definition;
    this.#stages = new Map(definition.stages.map((stage) => [`${stage.apiId}/${stage.stage}`, stage]));
  }

  /** What a key has used counts no longer. */
  forget(keyId: string): void {
    this.#quotas.delete(keyId);
    for (const name of this.#buckets.keys()) if (name.split(' ', 1)[0] === keyId) this.#buckets.delete(name);
  }

  covers(apiId: string, stage: string): boolean {
    return this.#stages.has(`${apiId}/${stage}`);
  }

  /**
   * Counts a request. The method's own limit stands in for the plan's (AG-419); a throttled request does not use up quota.
   * @param monotonic for rates @param now for quotas, since the epoch
   */
  admit(key: { readonly id: string; readonly value: string }, method: UsedMethod, monotonic: number, now: number): UsageDecision {
    const { throttle, quota } = this.#definition;
    const { apiId, stage, resourcePath, verb } = method;
    const name = `${resourcePath === '/' ? '' : resourcePath}/${verb}`;
    const ofMethod = this.#stages.get(`${apiId}/${stage}`)?.throttle.get(name);
    const limit = ofMethod ?? throttle;
    if (limit !== undefined) {
      const bucket = this.#bucket(ofMethod === undefined ? key.id : `${key.id} ${apiId}/${stage}${name}`, limit, monotonic);
      if (!bucket.take(monotonic)) return { kind: 'throttled', log: this.#throttleLog(key.value, method, limit) };
    }
    if (quota !== undefined) {
      let used = this.#quotas.get(key.id);
      if (used === undefined) this.#quotas.set(key.id, (used = new Quota(quota)));
      used.definition = quota;
      if (!used.take(now)) {
        return {
          kind: 'exhausted',
          log: `API Key ${maskKey(key.value)} exceeded quota limit for API Stage ${apiId}/${stage}: Key quota exhausted for Usage Plan ID ${this.id}. Quota Limit: ${quota.limit} Period: ${quota.period}`,
        };
      }
    }
    return { kind: 'admitted' };
  }

  #bucket(name: string, limit: RequestLimit, now: number): TokenBucket {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) this.#buckets.set(name, (bucket = new TokenBucket(limit, now)));
    bucket.change(limit, now);
    return bucket;
  }

  #throttleLog(value: string, { apiId, stage, resourceId, verb }: UsedMethod, { rate, burst }: RequestLimit): string {
    return (
      `API Key ${maskKey(value)} exceeded throttle limit for API Stage ${apiId}/${stage}: Key throttle limit exceeded for Usage Plan ID ${this.id}, ` +
      `RestApi ${apiId}, Stage ${stage}, Resource ${resourceId}, HttpMethod ${verb}. Limit: ${rate.toFixed(2)} Burst: ${burst}`
    );
  }
}

/** The last six characters (AG-423). */
export function maskKey(value: string): string {
  return `***...${value.slice(-6)}`;
}
