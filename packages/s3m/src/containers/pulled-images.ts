import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Docker from 'dockerode';

/**
 * References by digest that this project has had a Docker engine pull from its registry. They have no name there, so nothing else tells whose they are
 * once a newer image has come; what the developer has pulled, tagged or built is not among them.
 */
export class PulledImages {
  readonly #file: string;
  #references: readonly string[] | undefined;
  readonly #wanted = new Set<string>();

  constructor(stateDirectory: string) {
    this.#file = join(stateDirectory, 'pulled-images.json');
  }

  /** Notes a reference. */
  add(reference: string): void {
    this.#wanted.add(reference);
    const known = this.#read();
    if (!known.includes(reference)) this.#write([...known, reference]);
  }

  /** A task wants a reference that Docker holds already. */
  wanted(reference: string): void {
    this.#wanted.add(reference);
  }

  /** Removes those that no task has wanted since the last time, but those that a container was made from, or uses. */
  async removeUnwanted(docker: Docker, used: readonly string[]): Promise<void> {
    const unwanted = this.#read().filter((each) => !this.#wanted.has(each) && !used.includes(each));
    this.#wanted.clear();
    const gone = new Set<string>();
    for (const each of unwanted) if (!this.#wanted.has(each) && (await remove(docker, each))) gone.add(each);
    if (gone.size > 0) this.#write(this.#read().filter((each) => !gone.has(each)));
  }

  #read(): readonly string[] {
    if (this.#references !== undefined) return this.#references;
    try {
      const references: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      this.#references = Array.isArray(references) ? references.filter((each) => typeof each === 'string') : [];
    } catch {
      // There is none yet, or it was damaged: then what was pulled stays until somebody removes it.
      this.#references = [];
    }
    return this.#references;
  }

  #write(references: readonly string[]): void {
    this.#references = references;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(references)}\n`, { mode: 0o600 });
  }
}

/** Whether it is gone. */
async function remove(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker.getImage(reference).remove();
    return true;
  } catch (error) {
    return (error as { readonly statusCode?: number }).statusCode === 404;
  }
}
