import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { ContainerImage } from '../../src/capabilities/container-image.ts';
import type { ContainerDefinition } from '../../src/capabilities/task-definition.ts';
import { BuildRemains } from '../../src/containers/build-remains.ts';
import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import type { ContainerSpec, TaskRuntime } from '../../src/containers/task-runtime.ts';
import { BASE_IMAGE, ensureBaseImage } from './base-image-fixture.ts';
import { container, imageOf, temporaryDirectory } from './task-fixture.ts';

/** A Docker runtime for a project of its own, of which nothing may be left at its end. */
export interface DockerBench extends AsyncDisposable {
  readonly runtime: TaskRuntime;
  readonly directory: string;
  image(program: string, lines?: string): ContainerImage;
  app(
    program: string,
    args: readonly string[],
    more?: Partial<ContainerDefinition>,
    environment?: Readonly<Record<string, string>>,
  ): ContainerSpec;
}

export async function dockerBench(docker: Docker, signal?: AbortSignal): Promise<DockerBench> {
  const temporary = temporaryDirectory();
  await ensureBaseImage(docker);
  const runtime = await createDockerRuntime({ stateDirectory: join(temporary.path, '.s3m'), ...(signal === undefined ? {} : { signal }) });
  const label = `s3m.project=${createHash('sha256').update(join(temporary.path, '.s3m')).digest('hex').slice(0, 8)}`;
  let images = 0;
  const image = (program: string, lines = ''): ContainerImage =>
    imageOf(join(temporary.path, `context${(images += 1)}`), {
      Dockerfile: `FROM ${BASE_IMAGE}\nWORKDIR /app\nCOPY app.cjs ./\n${lines}\nCMD ["node", "app.cjs"]`,
      'app.cjs': program,
    });
  return {
    runtime,
    directory: temporary.path,
    image,
    app: (program, args, more = {}, environment = {}) =>
      container(image(program), { command: ['node', 'app.cjs', ...args], ...more }, environment),
    [Symbol.asyncDispose]: async () => {
      await runtime.close();
      assert.deepEqual(await containersLeft(), []);
      for (const { Id } of await docker.listImages({ filters: JSON.stringify({ label: [label] }) }))
        await docker.getImage(Id).remove({ force: true });
      await new BuildRemains(join(temporary.path, '.s3m')).removeBut(docker, []);
      temporary[Symbol.dispose]();
    },
  };

  async function containersLeft(): Promise<readonly string[]> {
    const all = await docker.listContainers({ all: true, filters: { label: [label] } });
    return all.flatMap(({ Names }) => Names);
  }
}
