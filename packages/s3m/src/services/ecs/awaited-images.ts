import type { Account } from '../account.ts';

/** Images that a service's tasks lack: told once each, and looked for again with each push to their repository. */
export class AwaitedImages {
  readonly #account: Account;
  readonly #service: string;
  readonly #onPush: () => void;
  readonly #expected = new Map<string, string>();
  #closed = false;
  #unsubscribe: (() => void) | undefined;

  /** @param service its logical id */
  constructor(account: Account, service: string, onPush: () => void) {
    this.#account = account;
    this.#service = service;
    this.#onPush = onPush;
  }

  expect(uri: string, repository: string): void {
    if (this.#expected.has(uri)) return;
    this.#expected.set(uri, repository);
    const { port } = this.#account.endpoint;
    const local = `127.0.0.1:${port}${uri.slice(uri.indexOf('/'))}`;
    this.#account.emit({
      event: 'notice',
      message:
        `Service ${this.#service} waits for image ${uri}, which nobody has pushed yet. It starts when it comes: ` +
        `s3m token --registry | docker login --username AWS --password-stdin 127.0.0.1:${port}, then docker tag IMAGE ${local} and docker push ${local}`,
    });
    if (this.#expected.size === 1) void this.#subscribe();
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe?.();
  }

  async #subscribe(): Promise<void> {
    const registry = await this.#account.directory.find('imageRegistry', this.#account.id)?.open();
    if (this.#closed) return;
    this.#unsubscribe = registry?.whenPushed((repository) => {
      if ([...this.#expected.values()].includes(repository)) this.#onPush();
    });
  }
}
