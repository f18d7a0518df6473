import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type Docker from 'dockerode';
import type { ContainerImage } from '../capabilities/container-image.ts';
import type { RegistryPull } from '../capabilities/image-registry.ts';
import { buildContext } from './build-context.ts';
import { LastLines } from './output-lines.ts';
import { removeSuperseded } from './old-images.ts';
import { tarArchive } from './tar-archive.ts';
import { TaskStartFailure } from './task-runtime.ts';

/** An image that the engine holds. */
export interface DockerImage {
  /** Id or name that a container is made from. */
  readonly name: string;
  readonly stopSignal: string;
}

const REPOSITORY = 's3m-asset';

/** Makes images ready in a Docker engine, each once: builds the application's own, uses or pulls others. */
export class DockerImages {
  readonly #docker: Docker;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal | undefined;
  readonly #ready = new Map<string, Promise<DockerImage>>();

  /** @param signal ends builds and pulls under way */
  constructor(docker: Docker, labels: Readonly<Record<string, string>>, signal?: AbortSignal) {
    this.#docker = docker;
    this.#labels = labels;
    this.#signal = signal;
  }

  /** @throws TaskStartFailure */
  build(image: ContainerImage, report: (line: string) => void): Promise<DockerImage> {
    const name = `${REPOSITORY}:${tagOf(image)}`;
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
      return (await this.#inspect(reference)) ?? this.#pull(reference, report, { uri, authconfig });
    });
    // The developer pushes and removes such images at will: what was here is looked for again.
    pulled.then(
      () => this.#ready.delete(reference),
      () => {},
    );
    return pulled;
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
    const stopSignal = (found.Config as { readonly StopSignal?: string } | null)?.StopSignal;
    return { name, stopSignal: stopSignal === undefined || stopSignal === '' ? 'SIGTERM' : stopSignal };
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
    const last = new LastLines();
    const say = (line: string): void => {
      last.add(line);
      report(line);
    };
    try {
      const output = await this.#docker.buildImage(tarArchive(buildContext(image.directory, image.dockerFile)), {
        t: name,
        dockerfile: image.dockerFile,
        buildargs: { ...image.buildArgs },
        labels: { ...this.#labels, ...assetLabel(image) },
        forcerm: true,
        ...this.#interruptible(),
        ...(image.target === undefined ? {} : { target: image.target }),
        ...(image.platform === undefined ? {} : { platform: image.platform }),
      });
      await follow(this.#docker, output, say);
    } catch (error) {
      throw buildFailed(image, error, last.lines);
    }
    const built = await this.#inspect(name);
    if (built === undefined) throw buildFailed(image, new Error('the engine built nothing'), last.lines);
    for (const removed of await removeSuperseded(this.#docker, { ...this.#labels, ...assetLabel(image) })) this.#ready.delete(removed);
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
      await follow(this.#docker, await this.#docker.pull(name, options), report);
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

interface ProgressEvent {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: object;
  /** The engine's own text of what went wrong; the stream ends after it as if all were well. */
  readonly error?: string;
}

/** What Docker reports line by line while it builds or pulls. @throws Error with the engine's own text. */
function follow(docker: Docker, stream: NodeJS.ReadableStream, say: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let problem: string | undefined;
    docker.modem.followProgress(
      stream,
      (error) => {
        if (problem === undefined && (error === null || error === undefined)) resolve();
        else reject(problem === undefined ? error : new Error(problem));
      },
      (event: ProgressEvent) => {
        problem ??= event.error;
        for (const line of textOf(event).split('\n')) if (line.trim() !== '') say(event.id === undefined ? line : `${event.id}: ${line}`);
      },
    );
  });
}

/** Of a pull's many reports only those that end something are for people. */
function textOf({ stream, status, progressDetail }: ProgressEvent): string {
  if (stream !== undefined) return stream;
  return progressDetail === undefined || status?.endsWith('complete') === true ? (status ?? '') : '';
}

function assetLabel({ name }: ContainerImage): Readonly<Record<string, string>> {
  return name === undefined ? {} : { 's3m.asset': name };
}

function buildFailed(image: ContainerImage, error: unknown, last: readonly string[]): TaskStartFailure {
  const why = error instanceof Error ? error.message : String(error);
  const said = last.length === 0 ? '' : `\nThe build said last:\n  ${last.join('\n  ')}`;
  return new TaskStartFailure(
    `CannotPullContainerError: ${image.uri}: build failed: ${why}`,
    `Cannot build ${resolve(image.directory, image.dockerFile)}: ${why}${said}`,
  );
}

/** Amazon ECS Developer Guide, "CannotPullContainer task errors". */
function wrongPlatform(image: string, platform: string, engine: string): TaskStartFailure {
  return new TaskStartFailure(
    `CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform '${engine}'`,
    `Cannot run ${image}: it is made for ${platform}, and this Docker engine runs ${engine}. Set runtimePlatform of the task definition and platform of the image to ${engine}, or leave platform out.`,
  );
}

function tagOf({ hash, dockerFile, target, buildArgs, platform }: ContainerImage): string {
  return createHash('sha256')
    .update(JSON.stringify([hash, dockerFile, target, buildArgs, platform]))
    .digest('hex')
    .slice(0, 16);
}

/** `nginx:1.27` -> `docker.io/library/nginx:1.27` */
function fullReference(name: string): string {
  const [first = ''] = name.split('/');
  const hasRegistry = name.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const whole = hasRegistry ? name : `docker.io/${name.includes('/') ? '' : 'library/'}${name}`;
  return /:[^/]*$|@/.test(whole) ? whole : `${whole}:latest`;
}
