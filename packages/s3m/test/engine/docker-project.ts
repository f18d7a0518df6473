import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import type { EngineEvent } from '../../src/engine/engine-event.ts';
import type { EngineOptions } from '../../src/engine/engine-options.ts';
import { BuildRemains } from '../../src/containers/build-remains.ts';
import { BASE_IMAGE } from '../containers/base-image-fixture.ts';
import { writeSmallSystem, type SmallSystemOptions } from './small-system.ts';

/** Of a server that needs nothing but Node, on an image that is there. */
export const dockerfileOnBase: string = `FROM ${BASE_IMAGE}\nCOPY server.mjs ./\nCMD ["node", "server.mjs"]\n`;

/** A project that runs in Docker again and again: what is pushed once stays. At its end nothing of it is left in Docker. */
export interface DockerProject extends AsyncDisposable {
  /** As labels name it. */
  readonly id: string;
  readonly directory: string;
  /** Of the last start. */
  readonly events: readonly EngineEvent[];
  write(options: SmallSystemOptions): void;
  /** `await using engine = await project.start()` */
  start(options?: Partial<EngineOptions>): Promise<Engine>;
  containers(): Promise<readonly Docker.ContainerInfo[]>;
  /** Images that were built for it. */
  images(): Promise<readonly Docker.ImageInfo[]>;
  /** References by digest that it has pulled and still notes. */
  pulled(): readonly string[];
}

export function dockerProject(docker: Docker): DockerProject {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 's3m-docker-')));
  const project = projectIdOf(directory);
  const filters = JSON.stringify({ label: [`s3m.project=${project}`] });
  let events: EngineEvent[] = [];
  const images = (): Promise<Docker.ImageInfo[]> => docker.listImages({ filters });
  return {
    id: project,
    directory,
    get events() {
      return events;
    },
    write: (options) => void writeSmallSystem(directory, { dockerfile: dockerfileOnBase, ...options }),
    start: (options = {}) => {
      const told: EngineEvent[] = (events = []);
      return startEngine({
        directory,
        app: 'cdk.out',
        runtime: 'docker',
        ports: { aws: 0, api: 0, site: 0 },
        ...options,
        onEvent: (event) => void told.push(event),
      });
    },
    containers: () => docker.listContainers({ all: true, filters }),
    images,
    pulled: () => pulledBy(directory),
    [Symbol.asyncDispose]: async () => {
      await removeImagesOf(docker, directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** `GET /hello` of the small system. */
export async function getHello(engine: Engine): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await fetch(`${engine.describe().endpoints.apis['Api']?.stages['prod']}/hello`);
  return { status: answer.status, body: await answer.text() };
}

/** Removes all that engines of a project have built and pulled, and what their builds have left. */
export async function removeImagesOf(docker: Docker, directory: string): Promise<void> {
  for (const reference of pulledBy(directory))
    await docker
      .getImage(reference)
      .remove()
      .catch(() => {});
  const filters = JSON.stringify({ label: [`s3m.project=${projectIdOf(directory)}`] });
  for (const { Id } of await docker.listImages({ filters })) await docker.getImage(Id).remove({ force: true });
  await new BuildRemains(join(directory, '.s3m')).removeBut(docker, []);
}

function projectIdOf(directory: string): string {
  return createHash('sha256').update(join(directory, '.s3m')).digest('hex').slice(0, 8);
}

function pulledBy(directory: string): readonly string[] {
  const file = join(directory, '.s3m', 'pulled-images.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly string[]) : [];
}
