import type { Invocable, InvokeResult } from '../../capabilities/invocable.ts';
import { notRunnable } from './refusals.ts';
import { ResourcePolicy } from './resource-policy.ts';

/** A function that exists but is not run here: every invocation is refused, with the reason. */
export class InertFunction implements Invocable {
  readonly arn: string;
  readonly name: string;
  readonly policy: ResourcePolicy = new ResourcePolicy();
  readonly #reason: string;
  #lastVersion = 0;

  constructor(arn: string, name: string, reason: string) {
    this.arn = arn;
    this.name = name;
    this.#reason = reason;
  }

  publish(): string {
    return String(++this.#lastVersion);
  }

  invoke(): Promise<InvokeResult> {
    return Promise.resolve(notRunnable(`Function "${this.name}" is not run here: ${this.#reason}`));
  }
}
