import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import type { ContainerImage } from '../capabilities/container-image.ts';
import type { RegistryPull, RegistryPush } from '../capabilities/image-registry.ts';
import type { BuildRemains } from './build-remains.ts';
import { buildDockerImage } from './docker-build.ts';
import { followProgress } from './docker-progress.ts';
import { pushDockerImage } from './docker-push.ts';
import { removeSuperseded } from './old-images.ts';
import type { PulledImages } from './pulled-images.ts';
import { TaskStartFailure, type Publication } from './task-runtime.ts';

/** An image that the engine holds. */
export interface DockerImage {
  /** Id or name that a container is made from. */
  readonly name: string;
  readonly stopSignal: string;
  /** Paths of its `VOLUME` instructions. */
  readonly volumes: ReadonlySet<string>;
}

/** Whose an image is. */
interface ImageLabels extends Readonly<Record<string, string>> {
  readonly 's3m.project': string;
  readonly 's3m.directory': string;
}

const REPOSITORY = 's3m-asset';

/** Makes images ready in a Docker engine, each once: builds the application's own, uses or pulls others. */
export class DockerImages {
  readonly #docker: Docker;
  readonly #labels: ImageLabels;
  readonly #pulled: PulledImages;
  readonly #remains: BuildRemains;
  readonly #signal: AbortSignal | undefined;
  readonly #ready = new Map<string, Promise<DockerImage>>();

  /** `signal` ends builds, pushes and pulls under way. */
  constructor(
    docker: Docker,
    options: {
      readonly labels: ImageLabels;
      readonly pulled: PulledImages;
      readonly remains: BuildRemains;
      readonly signal: AbortSignal | undefined;
    },
  ) {
    this.#docker = docker;
    this.#labels = options.labels;
    this.#pulled = options.pulled;
    this.#remains = options.remains;
    this.#signal = options.signal;
  }

  /** @throws TaskStartFailure */
  build(image: ContainerImage, report: (line: string) => void): Promise<DockerImage> {
    const name = localImageName(this.#labels['s3m.project'], image);
    return this.#once(name, async () => {
      const { platform } = image;
      if (platform !== undefined) await this.#checkPlatform(image.uri, platform);
      return (await this.#inspect(name)) ?? this.#build(image, name, report);
    });
  }

  /** @throws TaskStartFailure */
  find(name: string, report: (line: string) => void): Promise<DockerImage> {
    return this.#once(name, async () => (await this.#inspect(name)) ?? this.#pull(name, report));
  }

  /** Pulls from the account's registry what is not here yet. @param uri as the template names it @throws TaskStartFailure */
  pull(source: RegistryPull, uri: string, report: (line: string) => void): Promise<DockerImage> {
    const { reference, registry, user, password } = source;
    const pulled = this.#once(reference, async () => {
      const authconfig = { username: user, password, serveraddress: registry };
      this.#pulled.wanted(reference);
      const held = await this.#inspect(reference);
      if (held !== undefined) return held;
      const image = await this.#pull(reference, report, { uri, authconfig });
      this.#pulled.add(reference);
      return image;
    });
    // The developer pushes and removes such images at will: what was here is looked for again.
    pulled.then(
      () => this.#ready.delete(reference),
      () => {},
    );
    return pulled;
  }

  /** Builds what is not here yet, and pushes it. @throws TaskStartFailure */
  async publish(image: ContainerImage, push: RegistryPush, report: (line: string) => void): Promise<Publication> {
    const { name } = await this.build(image, report);
    try {
      return await pushDockerImage(this.#docker, name, push, this.#signal);
    } catch (error) {
      // Somebody has removed it since it was built.
      this.#ready.delete(name);
      const why = error instanceof Error ? error.message : String(error);
      throw new TaskStartFailure(
        `CannotPullContainerError: ${image.uri}: push failed: ${why}`,
        `Image ${image.uri} cannot be pushed to the registry of this engine: ${why}`,
      );
    }
  }

  /** Images are looked for again. */
  forget(): void {
    this.#ready.clear();
  }

  #once(name: string, make: () => Promise<DockerImage>): Promise<DockerImage> {
    const known = this.#ready.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.#ready.set(name, made);
    made.catch(() => this.#ready.delete(name));
    return made;
  }

  async #inspect(name: string): Promise<DockerImage | undefined> {
    const found = await this.#docker
      .getImage(name)
      .inspect()
      .catch(() => undefined);
    if (found === undefined) return undefined;
    await this.#checkPlatform(name, `${found.Os}/${found.Architecture}`);
    const config = found.Config as { readonly StopSignal?: string; readonly Volumes?: object | null } | null;
    const stopSignal = config?.StopSignal;
    return {
      name,
      stopSignal: stopSignal === undefined || stopSignal === '' ? 'SIGTERM' : stopSignal,
      volumes: new Set(Object.keys(config?.Volumes ?? {})),
    };
  }

  async #checkPlatform(name: string, platform: string): Promise<void> {
    const engine = await this.#platform();
    if (platform.split('/', 2).join('/') !== engine) throw wrongPlatform(name, platform, engine);
  }

  /** `linux/amd64` */
  async #platform(): Promise<string> {
    const { Os, Arch } = await this.#docker.version();
    return `${Os}/${Arch}`;
  }

  async #build(image: ContainerImage, name: string, report: (line: string) => void): Promise<DockerImage> {
    const labels = { ...this.#labels, ...assetLabel(image) };
    const staged = this.#remains.follow(name);
    await buildDockerImage(this.#docker, image, { name, labels, signal: this.#signal, staged, report });
    const built = await this.#inspect(name);
    if (built === undefined) throw new Error(`the engine does not hold ${name}, which it has just built`);
    const superseded = await removeSuperseded(this.#docker, labels);
    for (const removed of superseded) this.#ready.delete(removed);
    await this.#remains.remove(this.#docker, superseded);
    return built;
  }

  #interruptible(): { readonly abortSignal?: AbortSignal } {
    return this.#signal === undefined ? {} : { abortSignal: this.#signal };
  }

  // ECS-045, ECS-046
  async #pull(
    name: string,
    report: (line: string) => void,
    from?: { readonly uri: string; readonly authconfig: Docker.AuthConfig },
  ): Promise<DockerImage> {
    const reference = from?.uri ?? fullReference(name);
    try {
      const options = { ...this.#interruptible(), ...(from === undefined ? {} : { authconfig: from.authconfig }) };
      await followProgress(this.#docker, await this.#docker.pull(name, options), report);
      const pulled = await this.#inspect(name);
      if (pulled !== undefined) return pulled;
      throw new Error('not found');
    } catch (error) {
      if (error instanceof TaskStartFailure) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (/no matching manifest for/.test(why)) throw wrongPlatform(reference, 'other platforms', await this.#platform());
      throw new TaskStartFailure(
        `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${reference}: ${why}`,
        `Cannot pull ${name}: ${why}. The Docker engine does not hold the image; check its name and tag, log in to its registry (docker login), or bring it in with docker load.`,
      );
    }
  }
}

function assetLabel({ name }: ContainerImage): Readonly<Record<string, string>> {
  return name === undefined ? {} : { 's3m.asset': name };
}

/** Amazon ECS Developer Guide, "CannotPullContainer task errors". */
function wrongPlatform(image: string, platform: string, engine: string): TaskStartFailure {
  return new TaskStartFailure(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform '${engine}'`,
    `Cannot run ${image}: it is made for ${platform}, and this Docker engine runs ${engine}. Set runtimePlatform of the task definition and platform of the image to ${engine}, or leave platform out.`,
  );
}

/** The name under which a Docker engine holds an image of the application: each project has its own, so that it can be removed with it. */
export function localImageName(project: string, { hash, dockerFile, target, buildArgs, platform }: ContainerImage): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([hash, dockerFile, target, buildArgs, platform]))
    .digest('hex');
  return `${REPOSITORY}:${project}-${digest.slice(0, 16)}`;
}

/** `nginx:1.27` -> `docker.io/library/nginx:1.27` */
function fullReference(name: string): string {
  const [first = ''] = name.split('/');
  const hasRegistry = name.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const whole = hasRegistry ? name : `docker.io/${name.includes('/') ? '' : 'library/'}${name}`;
  return /:[^/]*$|@/.test(whole) ? whole : `${whole}:latest`;
}
