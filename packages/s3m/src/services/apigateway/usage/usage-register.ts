import type { Directory } from '../../../capabilities/directory.ts';
import { TokenBucket, type RequestLimit } from '../../../gateway/token-bucket.ts';
import { UsagePlanState } from './usage-plan-state.ts';

/** `AWS::ApiGateway::ApiKey` */
export interface ApiKeyDefinition {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
}

/** AWS's quota for an account in a region (AG-419). */
export const accountLimit: RequestLimit = { rate: 10_000, burst: 5_000 };

/** API keys, usage plans and the request quota of an account. All of it acts at once, without a deployment (AG-426). */
export class UsageRegister {
  readonly #keysByValue = new Map<string, ApiKeyDefinition>();
  readonly #valuesById = new Map<string, string>();
  readonly #plans = new Map<string, UsagePlanState>();
  readonly #plansByKey = new Map<string, readonly UsagePlanState[]>();
  /** The account's own bucket, which all APIs draw on; made with the first request. */
  #account: TokenBucket | undefined;
  /** By API; the largest counts. */
  readonly #raised = new Map<string, RequestLimit>();

  /** False when another key has the value. */
  putKey(key: ApiKeyDefinition): boolean {
    const holder = this.#keysByValue.get(key.value);
    if (holder !== undefined && holder.id !== key.id) return false;
    this.removeKey(key.id);
    this.#keysByValue.set(key.value, key);
    this.#valuesById.set(key.id, key.value);
    return true;
  }

  removeKey(id: string): void {
    const value = this.#valuesById.get(id);
    if (value === undefined) return;
    this.#valuesById.delete(id);
    this.#keysByValue.delete(value);
  }

  hasKey(id: string): boolean {
    return this.#valuesById.has(id);
  }

  valueOf(id: string): string | undefined {
    return this.#valuesById.get(id);
  }

  /** By value, never by id or name (AG-414). */
  findKey(value: string): ApiKeyDefinition | undefined {
    return this.#keysByValue.get(value);
  }

  addPlan(id: string): UsagePlanState {
    const plan = new UsagePlanState(id);
    this.#plans.set(id, plan);
    return plan;
  }

  removePlan(id: string): void {
    this.#plans.delete(id);
  }

  findPlan(id: string): UsagePlanState | undefined {
    return this.#plans.get(id);
  }

  /** Answers a function that takes the key away from the plan again. */
  givePlan(keyId: string, plan: UsagePlanState): () => void {
    this.#plansByKey.set(keyId, [...(this.#plansByKey.get(keyId) ?? []), plan]);
    return () => {
      plan.forget(keyId);
      const rest = (this.#plansByKey.get(keyId) ?? []).filter((other) => other !== plan);
      if (rest.length === 0) this.#plansByKey.delete(keyId);
      else this.#plansByKey.set(keyId, rest);
    };
  }

  /** The plan that a key has in a stage: one at most (AG-417). */
  planOf(keyId: string, apiId: string, stage: string): UsagePlanState | undefined {
    return this.#plansByKey.get(keyId)?.find((plan) => plan.covers(apiId, stage));
  }

  /** A quota that AWS raised for the account, as an API's metadata tells; undefined takes it back. */
  raiseAccountLimit(apiId: string, limit: RequestLimit | undefined, now: number): void {
    if (limit === undefined) this.#raised.delete(apiId);
    else this.#raised.set(apiId, limit);
    this.#account?.change(this.accountLimit, now);
  }

  get accountLimit(): RequestLimit {
    const limits = [accountLimit, ...this.#raised.values()];
    return { rate: Math.max(...limits.map(({ rate }) => rate)), burst: Math.max(...limits.map(({ burst }) => burst)) };
  }

  /** @param now monotonic milliseconds */
  takeOfAccount(now: number): boolean {
    this.#account ??= new TokenBucket(this.accountLimit, now);
    return this.#account.take(now);
  }
}

/** A directory is one account's. */
const registers = new WeakMap<Directory, UsageRegister>();

export function usageRegisterOf(directory: Directory): UsageRegister {
  let register = registers.get(directory);
  if (register === undefined) registers.set(directory, (register = new UsageRegister()));
  return register;
}
