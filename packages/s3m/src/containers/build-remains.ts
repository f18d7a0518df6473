import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Docker from 'dockerode';
import type { StageImages } from './build-steps.ts';

interface Remains {
  /** By the name of the image that was, or should have been, built: the images of its stages. */
  readonly builds: Readonly<Record<string, readonly string[]>>;
  /** Those that builds of this project have made. */
  readonly made: readonly string[];
}

const NONE: Remains = { builds: {}, made: [] };

/**
 * Images without name and label that builds of this project have left in Docker: those of earlier stages, and what a failed build came to. The next build
 * finds them in its cache, so they stay as long as the image that they were made for.
 */
export class BuildRemains {
  readonly #file: string;
  #remains: Remains | undefined;

  constructor(stateDirectory: string) {
    this.#file = join(stateDirectory, 'builds.json');
  }

  /** Keeps what a build of `name` has come to each time that it is told: an engine may be killed at any time. */
  follow(name: string): (images: StageImages) => void {
    let last: readonly string[] = [];
    return ({ ids, made }) => {
      const { builds, made: before } = this.#read();
      const others = before.filter((id) => !last.includes(id));
      last = made;
      this.#write({ builds: { ...builds, [name]: ids }, made: [...new Set([...others, ...made])] });
    };
  }

  /** Removes what was left by the builds of all images but these. */
  async removeBut(docker: Docker, names: readonly string[]): Promise<void> {
    const { builds, made } = this.#read();
    const kept = Object.fromEntries(Object.entries(builds).filter(([name]) => names.includes(name)));
    if (Object.keys(kept).length === Object.keys(builds).length) return;
    const needed = new Set(Object.values(kept).flat());
    this.#write({ builds: kept, made: made.filter((id) => needed.has(id)) });
    // A later stage may stand on an earlier one.
    for (const id of made.toReversed()) if (!needed.has(id)) await removeUnnamed(docker, id);
  }

  /** Removes what was left by the builds of these images. */
  async remove(docker: Docker, names: readonly string[]): Promise<void> {
    await this.removeBut(
      docker,
      Object.keys(this.#read().builds).filter((name) => !names.includes(name)),
    );
  }

  #read(): Remains {
    return (this.#remains ??= this.#load());
  }

  #load(): Remains {
    try {
      const { builds, made } = JSON.parse(readFileSync(this.#file, 'utf8')) as Partial<Remains>;
      return builds === undefined || made === undefined ? NONE : { builds, made };
    } catch {
      // There is none yet, or it was damaged: then what was left stays until somebody removes it.
      return NONE;
    }
  }

  #write(remains: Remains): void {
    this.#remains = remains;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(remains)}\n`, { mode: 0o600 });
  }
}

/** Somebody may have given it a name meanwhile, or stand on it: then it stays. */
async function removeUnnamed(docker: Docker, id: string): Promise<void> {
  try {
    const image = docker.getImage(id);
    const { RepoTags, RepoDigests } = await image.inspect();
    if ((RepoTags ?? []).length === 0 && (RepoDigests ?? []).length === 0) await image.remove();
  } catch {
    // It is gone, or in use.
  }
}
