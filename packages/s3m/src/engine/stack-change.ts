import { dirname } from 'node:path';
import type { Account } from '../services/account.ts';
import { ResourceFailure, type Resource, type ResourceName, type Value } from '../services/resource-type.ts';
import { comparable, localContent, replaces } from './compare-resources.ts';
import { deleteAll, deployedKey, owner, quickly, type Deletion } from './delete-resources.ts';
import type { DeployedResource, DeployedStack, StackTarget } from './deployed-stack.ts';
import { checkInterrupted, unlessInterrupted } from './interruption.ts';
import { deployFailure } from './deploy-failure.ts';
import { EngineFailure, toProblems } from './problem.ts';
import type { FirstCreation } from './kept-resources.ts';
import { retention } from './retention.ts';
import { createContext, type FindAsset } from './resource-factory.ts';
import { resolveStoredValue } from './stored-value.ts';
import type { DynamicReference } from '../template/dynamic-references.ts';
import { changeOf } from '../graph/diff.ts';

/** What a deployment needs besides the stack itself. */
export interface Deployment extends Deletion {
  readonly account: Account;
  readonly findAsset: FindAsset;
  /** The value of an export, in AWS's view. @throws when nobody exports it */
  importValue(name: string): Value;
  /** Ends the deployment: nothing new is begun, and everything is put back. */
  readonly signal?: AbortSignal;
}

/** What became of a deployment: the logical ids by what was done to them. */
export interface DeploymentResult {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly replaced: readonly string[];
  readonly deleted: readonly string[];
}

/** One way of a stack to its target: what was done so far, and how it is undone. */
export class StackChange {
  readonly #deployed: DeployedStack;
  readonly #target: StackTarget;
  readonly #deployment: Deployment;
  readonly #undo: (() => Promise<void>)[] = [];
  readonly #replaced: DeployedResource[] = [];
  readonly result: { created: string[]; updated: string[]; replaced: string[]; deleted: string[] } = {
    created: [],
    updated: [],
    replaced: [],
    deleted: [],
  };
  #failedAt: ResourceName | undefined;

  constructor(deployed: DeployedStack, target: StackTarget, deployment: Deployment) {
    this.#deployed = deployed;
    this.#target = target;
    this.#deployment = deployment;
  }

  readonly lookup = {
    ref: (logicalId: string): Value => this.#existing(logicalId).resource.ref,
    attribute: (logicalId: string, name: string): Value => {
      const value = this.#existing(logicalId).resource.attributes[name];
      if (value === undefined)
        throw new ResourceFailure(`Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`, {
          fault: 'engine',
        });
      return value;
    },
    importValue: (name: string): Value => this.#deployment.importValue(name),
    dynamicReference: (reference: DynamicReference): string => resolveStoredValue(this.#deployment.account.directory, reference),
  };

  /** Creates, updates, replaces or keeps one resource, and waits until it is stable. */
  async bring(logicalId: string): Promise<void> {
    const { evaluation, types, stack } = this.#target;
    const type = types.get(logicalId)!;
    const metadataPath = stack.template.Resources[logicalId]?.Metadata?.['aws:cdk:path'];
    const name: ResourceName = {
      stack: this.#deployed.name,
      logicalId,
      type: type.type,
      ...(typeof metadataPath === 'string' ? { path: metadataPath } : {}),
    };
    const { signal } = this.#deployment;
    try {
      checkInterrupted(signal);
      const properties = evaluation.resolveProperties(logicalId, this.lookup);
      const next = {
        name,
        type,
        properties,
        local: this.#deployment.addresses.localize(properties),
        metadata: this.#deployment.addresses.localize(evaluation.resolveMetadata(logicalId, this.lookup)),
        content: localContent(dirname(stack.file), properties),
        dependsOn: evaluation.dependencies(logicalId),
        madeAt: this.#deployment.account.clock.now(),
        changedAt: this.#deployment.account.clock.now(),
        ...retention(type, stack.template.Resources[logicalId]),
      };
      const before = this.#deployed.resources.get(logicalId) ?? this.#takeBack(name);
      const resource = await this.#apply(before, next);
      if (resource?.stable !== undefined) await unlessInterrupted(resource.stable(), signal);
    } catch (error) {
      this.#failedAt ??= name;
      throw error;
    }
  }

  async #apply(
    before: DeployedResource | undefined,
    next: Omit<DeployedResource, 'resource' | 'generation'>,
  ): Promise<Resource | undefined> {
    if (before === undefined) {
      this.result.created.push(next.name.logicalId);
      return this.#create(next, this.#deployment.kept.firstOf(next), undefined);
    }
    const change = changeOf(
      comparable(before),
      comparable(next),
      (_type, changed) => before.resource.update === undefined || replaces(next.type, changed),
    );
    if (change.kind === 'keep') {
      this.#put({ ...before, retain: next.retain, retainReplaced: next.retainReplaced });
      return undefined;
    }
    if (change.kind === 'replace') {
      this.result.replaced.push(next.name.logicalId);
      return this.#create(next, { generation: before.generation + 1, replacing: true }, before);
    }
    this.result.updated.push(next.name.logicalId);
    return this.#update(before, next);
  }

  async #create(
    next: Omit<DeployedResource, 'resource' | 'generation'>,
    { generation, replacing, kept }: FirstCreation,
    replaced: DeployedResource | undefined,
  ): Promise<Resource> {
    const { name } = next;
    const isNew = kept === undefined || kept === 'unfinished';
    this.#deployment.onChange(name, replaced === undefined ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
    if (isNew) await this.#deployment.kept.begin(next, generation);
    const resource = await next.type.create(this.#context(next, generation, replacing, kept)).catch(async (error: unknown) => {
      if (isNew) await this.#deployment.kept.remove(name, generation);
      throw error;
    });
    this.#put({ ...next, generation, resource });
    this.#undo.push(async () => {
      if (replaced === undefined) this.#deployed.resources.delete(name.logicalId);
      else this.#put(replaced);
      if (replaced === undefined) this.#deployment.addresses.remove(owner(name));
      await (isNew && next.type.forget !== undefined ? resource.delete() : quickly(resource));
      if (isNew) await this.#deployment.kept.remove(name, generation);
    });
    await this.#deployment.kept.complete({ ...next, generation, resource });
    if (replaced !== undefined) this.#replaced.push(replaced);
    this.#deployment.onChange(name, replaced === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE');
    return resource;
  }

  async #update(before: DeployedResource, next: Omit<DeployedResource, 'resource' | 'generation'>): Promise<Resource> {
    this.#deployment.onChange(next.name, 'UPDATE_IN_PROGRESS');
    // Put first: a failed update may have changed something already, and taking on the former properties mends it.
    this.#undo.push(async () => {
      const back = await this.#deployed.resources.get(next.name.logicalId)!.resource.update!(
        this.#context(before, before.generation, false),
      );
      this.#put({ ...before, resource: back });
      await this.#deployment.kept.complete({ ...before, resource: back });
    });
    const resource = await before.resource.update!(this.#context(next, before.generation, false));
    this.#put({ ...next, generation: before.generation, madeAt: before.madeAt, resource });
    await this.#deployment.kept.complete({ ...next, generation: before.generation, resource });
    this.#deployment.onChange(next.name, 'UPDATE_COMPLETE');
    return resource;
  }

  /** Deletes what the target no longer has, and what was replaced. */
  async cleanUp(): Promise<void> {
    const { account, kept } = this.#deployment;
    const { resources, retained } = this.#deployed;
    const wanted = new Set(this.#target.evaluation.resourceIds);
    const gone = [...resources.values()].filter(({ name }) => !wanted.has(name.logicalId));
    for (const { name } of gone) {
      resources.delete(name.logicalId);
      this.result.deleted.push(name.logicalId);
    }
    for (const resource of resources.values()) await kept.complete(resource);
    // CFN-008: what is retained goes on, and no stack manages it any more.
    for (const resource of gone.filter(({ retain }) => retain)) retained.set(deployedKey(resource), resource);
    for (const resource of this.#replaced.filter(({ retainReplaced }) => retainReplaced)) {
      retained.set(deployedKey(resource), { ...resource, retain: true });
      await kept.complete({ ...resource, retain: true });
    }
    const deleted = [...gone, ...this.#replaced].filter((resource) => !retained.has(deployedKey(resource)));
    await deleteAll(deleted, this.#deployed, this.#deployment, false, ({ message }) => account.emit({ event: 'notice', message }));
    const forgotten = await kept.forgetGone(account, this.#deployed.name, resources);
    if (forgotten.length > 0)
      account.emit({ event: 'notice', message: `Deleted what was kept of resources that are gone: ${forgotten.join(', ')}` });
  }

  /** A retained resource that the template has again. */
  #takeBack({ logicalId, type }: ResourceName): DeployedResource | undefined {
    const { retained } = this.#deployed;
    const resource = [...retained.values()].findLast(({ name }) => name.logicalId === logicalId && name.type === type);
    if (resource !== undefined) {
      retained.delete(deployedKey(resource));
      this.#put(resource);
      this.#undo.push(async () => {
        this.#deployed.resources.delete(logicalId);
        retained.set(deployedKey(resource), resource);
      });
    }
    return resource;
  }

  /** Puts everything back, the latest change first. */
  async undo(): Promise<void> {
    for (const step of this.#undo.toReversed()) {
      try {
        await step();
      } catch (error) {
        this.#deployment.account.emit({
          event: 'notice',
          message: `Could not undo a change: ${error instanceof Error ? error.message : String(error)}`,
        });
      }
    }
  }

  failure(error: unknown): EngineFailure {
    return this.#failedAt === undefined
      ? new EngineFailure(toProblems(error), { cause: error })
      : deployFailure(error, this.#failedAt, this.#target.stack);
  }

  #context(
    resource: Omit<DeployedResource, 'resource' | 'generation'>,
    generation: number,
    replacing: boolean,
    kept?: FirstCreation['kept'],
  ): ReturnType<typeof createContext> {
    return createContext(
      { ...resource, generation, replacing, ...(kept === undefined ? {} : { kept }) },
      {
        account: this.#deployment.account,
        stackId: this.#deployed.stackId,
        stack: this.#target.stack,
        findAsset: this.#deployment.findAsset,
        localize: (text) => this.#deployment.addresses.localize(text),
      },
    );
  }

  #put(resource: DeployedResource): void {
    this.#deployed.resources.set(resource.name.logicalId, resource);
    this.#deployment.addresses.set(owner(resource.name), resource.resource.addresses ?? []);
  }

  #existing(logicalId: string): DeployedResource {
    const resource = this.#deployed.resources.get(logicalId);
    if (resource === undefined)
      throw new ResourceFailure(`Unresolved resource dependencies [${logicalId}] in the Resources block of the template`);
    return resource;
  }
}
