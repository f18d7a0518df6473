import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../services/account.ts';
import type { Properties, ResourceContext, ResourceName } from '../services/resource-type.ts';
import type { Collection, State } from '../state/state.ts';
import { replaces } from './compare-resources.ts';
import type { DeployedResource } from './deployed-stack.ts';
import { loadResourceTypes } from './resource-types.ts';

/** A resource with data, as an earlier engine left it. */
interface KeptResource {
  readonly type: string;
  /** Absent while the resource was being created: the engine was killed meanwhile, and its data are worth nothing. */
  readonly ref?: string;
  readonly generation: number;
  readonly properties: Properties;
  readonly metadata: Properties;
  /** Whether its data stay when the template has it no more (DeletionPolicy Retain). */
  readonly retain: boolean;
}

/** How the first creation of a resource in this engine goes. */
export interface FirstCreation {
  readonly generation: number;
  readonly replacing: boolean;
  readonly kept?: NonNullable<ResourceContext['kept']>;
}

type Undeployed = Pick<DeployedResource, 'name' | 'type' | 'properties' | 'metadata'>;
type Owner = Pick<ResourceName, 'stack' | 'logicalId'>;

/** Which resources have data in the state, and what they were made from: so that a start knows what is new, what changed, and what is gone. */
export class KeptResources {
  readonly #collection: Collection;
  readonly #durable: boolean;
  readonly #records = new Map<string, KeptResource>();

  /** @throws StateFailure */
  constructor(state: State) {
    this.#durable = state.durable;
    this.#collection = state.collection('resources');
    for (const { key, value } of this.#collection.entries()) this.#records.set(key, value as KeptResource);
  }

  /** Names of the stacks that have data. */
  stacks(): readonly string[] {
    return [...new Set([...this.#records.keys()].map((key) => key.slice(0, key.indexOf('/'))))];
  }

  /** The resources of a stack that have data. */
  resourcesOf(stack: string): readonly { readonly logicalId: string; readonly type: string }[] {
    return this.#of(stack).map(([logicalId, { type }]) => ({ logicalId, type }));
  }

  /** How a resource that this engine has not made yet is to be made: in place of what an earlier one kept, or beside it. */
  firstOf({ name, type, properties }: Pick<DeployedResource, 'name' | 'type' | 'properties'>): FirstCreation {
    const record = type.forget === undefined ? undefined : this.#find(name);
    if (record === undefined || record.type !== type.type) return { generation: 0, replacing: false };
    const { generation } = record;
    if (record.ref === undefined) return { generation, replacing: false, kept: 'unfinished' };
    const changed = Object.keys({ ...properties, ...record.properties }).filter(
      (key) => !isDeepStrictEqual(properties[key], record.properties[key]),
    );
    if (!replaces(type, changed))
      return { generation, replacing: false, kept: { properties: record.properties, metadata: record.metadata } };
    return { generation: generation + 1, replacing: true, ...(this.#isUnfinished(name, generation + 1) ? { kept: 'unfinished' } : {}) };
  }

  /** Says that a resource is about to be created. */
  async begin({ name, type, properties, metadata }: Undeployed, generation: number): Promise<void> {
    if (type.forget === undefined) return;
    await this.#put(name, { type: type.type, generation, properties, metadata, retain: false });
  }

  /** Says that it is there, as it is now. */
  async complete(deployed: DeployedResource): Promise<void> {
    const { name, type, generation, properties, metadata, retain, resource } = deployed;
    if (type.forget === undefined) return;
    await this.#put(name, { type: type.type, ref: resource.ref, generation, properties, metadata, retain });
  }

  /** Deletes the data of what a deployed stack has no more: resources that went, or were replaced, while no engine ran. */
  async forgetGone(account: Account, stack: string, resources: ReadonlyMap<string, DeployedResource>): Promise<readonly string[]> {
    const gone = this.#of(stack).filter(
      ([logicalId, record]) => !record.retain && resources.get(logicalId)?.generation !== record.generation,
    );
    if (gone.length === 0) return [];
    const forgotten: string[] = [];
    const types = await loadResourceTypes(gone.map(([, { type }]) => type));
    for (const [logicalId, record] of gone) {
      const { type, ref, generation } = record;
      if (resources.get(logicalId)?.retainReplaced === true) {
        await this.#put({ stack, logicalId }, { ...record, retain: true });
        continue;
      }
      if (ref !== undefined) await types.get(type)?.forget?.(account, ref);
      await this.remove({ stack, logicalId }, generation);
      forgotten.push(logicalId);
    }
    return forgotten;
  }

  /** The newest that is whole; else one that was being created. */
  #find(owner: Owner): KeptResource | undefined {
    const all = this.#of(owner.stack).filter(([logicalId]) => logicalId === owner.logicalId);
    const whole = all.filter(([, { ref }]) => ref !== undefined);
    return (whole.at(-1) ?? all.at(-1))?.[1];
  }

  /** All of a stack with their logical ids, by rising generation. */
  #of(stack: string): readonly (readonly [logicalId: string, KeptResource])[] {
    return [...this.#records]
      .filter(([key]) => key.startsWith(`${stack}/`))
      .map(([key, record]) => [key.slice(stack.length + 1, key.lastIndexOf('#')), record] as const)
      .toSorted(([, one], [, other]) => one.generation - other.generation);
  }

  #isUnfinished(owner: Owner, generation: number): boolean {
    const record = this.#records.get(keyOf(owner, generation));
    return record !== undefined && record.ref === undefined;
  }

  async #put(owner: Owner, record: KeptResource): Promise<void> {
    const key = keyOf(owner, record.generation);
    if (!this.#durable || isDeepStrictEqual(this.#records.get(key), record)) return;
    this.#records.set(key, record);
    await this.#collection.put(key, record);
  }

  async remove(owner: Owner, generation: number): Promise<void> {
    const key = keyOf(owner, generation);
    if (this.#records.delete(key)) await this.#collection.delete(key);
  }
}

function keyOf({ stack, logicalId }: Owner, generation: number): string {
  return `${stack}/${logicalId}#${generation}`;
}
