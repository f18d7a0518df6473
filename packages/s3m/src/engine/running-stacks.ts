import { AddressBook } from './address-book.ts';
import { provideAssets } from './assets.ts';
import { deleteStack, deployStack } from './deploy-stack.ts';
import type { Deployment, DeploymentResult } from './stack-change.ts';
import { inOrder } from './delete-resources.ts';
import type { DeployedResource, DeployedStack } from './deployed-stack.ts';
import type { EngineAccount } from './engine-account.ts';
import type { EngineEvent, StackOutputs } from './engine-event.ts';
import { stackIdOf, type Plan } from './load-plan.ts';
import { userFailure } from './problem.ts';
import type { MadeResource } from '../services/made-resources.ts';

/** What a deployment did, by kind of change: `STACK/LOGICAL_ID`, names of stacks that are gone. */
export type StackChanges = Readonly<Record<keyof DeploymentResult, readonly string[]>>;

/** The stacks that run in an account. */
export class RunningStacks {
  readonly #stacks = new Map<string, DeployedStack>();
  readonly #addresses = new AddressBook();

  [Symbol.iterator](): IterableIterator<DeployedStack> {
    return this.#stacks.values();
  }

  /** Those of all stacks, each after those it refers to. */
  resources(): readonly DeployedResource[] {
    return [...this].flatMap(({ resources }) => inOrder(resources));
  }

  /** What services know of them, retained ones too. */
  made(): readonly MadeResource[] {
    return [...this].flatMap(({ resources, retained }) =>
      [...resources.values(), ...retained.values()].map(({ name, resource, properties, madeAt, changedAt }) => ({
        name,
        ref: resource.ref,
        attributes: resource.attributes,
        properties,
        madeAt,
        changedAt,
      })),
    );
  }

  /** By the stack's name. */
  outputs(): Readonly<Record<string, StackOutputs>> {
    return Object.fromEntries(
      [...this].map(({ name, outputs }) => [
        name,
        {
          outputs: Object.fromEntries([...outputs].map(([key, output]) => [key, output.value])),
          localOutputs: Object.fromEntries([...outputs].map(([key, output]) => [key, output.localValue])),
        },
      ]),
    );
  }

  /** Deploys every stack of the plan in order, deletes stacks that are gone. @throws EngineFailure; then the stack that failed is as it was */
  async deploy(
    plan: Plan,
    account: EngineAccount,
    { signal, emit }: { readonly signal: AbortSignal; readonly emit: (event: EngineEvent) => void },
  ): Promise<StackChanges> {
    const changes: Record<keyof DeploymentResult, string[]> = { created: [], updated: [], replaced: [], deleted: [] };
    const deployment: Deployment = {
      account,
      addresses: this.#addresses,
      kept: account.kept,
      findAsset: provideAssets(account, plan.assembly),
      importValue: (name) => this.#importValue(name),
      signal,
      onChange: ({ stack, logicalId, type }, status) => emit({ event: 'progress', stack, logicalId, message: `${status} ${type}` }),
    };
    for (const target of plan.targets) {
      const result = await deployStack(this.#stackOf(target.stack.name, account), target, deployment);
      for (const kind of ['created', 'updated', 'replaced', 'deleted'] as const)
        changes[kind].push(...result[kind].map((id) => `${target.stack.name}/${id}`));
    }
    const wanted = new Set(plan.targets.map(({ stack }) => stack.name));
    for (const [name, stack] of this.#stacks) {
      if (wanted.has(name)) continue;
      changes.deleted.push(name);
      await deleteStack(stack, deployment, { quick: false });
      this.#stacks.delete(name);
    }
    return changes;
  }

  /** Ends all of them at once, the latest first; what is kept stays. */
  async stop(account: EngineAccount): Promise<void> {
    for (const stack of [...this].toReversed())
      await deleteStack(stack, { addresses: this.#addresses, kept: account.kept, onChange: () => {} }, { quick: true });
  }

  #stackOf(name: string, account: EngineAccount): DeployedStack {
    let stack = this.#stacks.get(name);
    if (stack === undefined) {
      stack = { name, stackId: stackIdOf(name, account), resources: new Map(), retained: new Map(), outputs: new Map() };
      this.#stacks.set(name, stack);
    }
    return stack;
  }

  #importValue(name: string): NonNullable<ReturnType<DeployedStack['outputs']['get']>>['value'] {
    for (const { outputs } of this) {
      for (const output of outputs.values()) if (output.exportName === name) return output.value;
    }
    throw userFailure(
      'ValidationError',
      `No export named ${name} found.`,
      'Deploy the stack that exports it too, or name an export that exists.',
    );
  }
}
