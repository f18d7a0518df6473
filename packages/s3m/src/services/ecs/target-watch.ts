import type { Directory } from '../../capabilities/directory.ts';

/** Listens to changes of health in the target groups that a service uses now. */
export class TargetWatch {
  readonly #directory: Directory;
  readonly #onChange: () => void;
  readonly #watched = new Map<string, () => void>();

  constructor(directory: Directory, onChange: () => void) {
    this.#directory = directory;
    this.#onChange = onChange;
  }

  /** Listens to these groups, and to no others any more. */
  watch(targetGroupArns: Iterable<string>): void {
    const wanted = new Set(targetGroupArns);
    for (const [arn, unwatch] of this.#watched) {
      if (wanted.has(arn)) continue;
      unwatch();
      this.#watched.delete(arn);
    }
    for (const arn of wanted) {
      const group = this.#watched.has(arn) ? undefined : this.#directory.find('targetGroup', arn);
      if (group !== undefined) this.#watched.set(arn, group.onHealthChange(this.#onChange));
    }
  }
}
