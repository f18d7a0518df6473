import type { Directory } from './directory.ts';

/** What only a few kinds of resource look up, by name in each account: a directory is one account's. */
export class AccountRegister<Value> {
  readonly #ofAccounts = new WeakMap<Directory, Map<string, Value>>();

  /** Lets other resources of the account find it. Answers what takes it away again. */
  add(directory: Directory, name: string, value: Value): () => void {
    let ofAccount = this.#ofAccounts.get(directory);
    if (ofAccount === undefined) this.#ofAccounts.set(directory, (ofAccount = new Map()));
    ofAccount.set(name, value);
    return () => void ofAccount.delete(name);
  }

  /** In the order in which they came. */
  all(directory: Directory): readonly Value[] {
    return [...(this.#ofAccounts.get(directory)?.values() ?? [])];
  }

  find(directory: Directory, name: string): Value | undefined {
    return this.#ofAccounts.get(directory)?.get(name);
  }
}
