import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ContainerImage } from '../../src/capabilities/container-image.ts';
import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import { removeOldImages, removeOtherTags } from '../../src/containers/old-images.ts';
import { importImage } from '../../src/containers/relay-image.ts';
import type { TaskRuntime } from '../../src/containers/task-runtime.ts';
import { BASE_IMAGE, dockerEngine, ensureBaseImage } from './base-image-fixture.ts';
import { container, imageOf, taskOf, temporaryDirectory } from './task-fixture.ts';
import { SERVICE } from './task-programs.ts';

const docker = await dockerEngine();
const inTwoDays = (): number => Date.now() + 2 * 86_400_000;

interface Project extends AsyncDisposable {
  readonly id: string;
  readonly runtime: TaskRuntime;
  asset(name: string, version: number): ContainerImage;
  /** Names of its images, newest first. */
  images(): Promise<readonly string[]>;
  /** The project's folder is gone; its images are not. */
  vanish(): void;
}

async function project(): Promise<Project> {
  await ensureBaseImage(docker!);
  const temporary = temporaryDirectory();
  const state = join(temporary.path, '.s3m');
  const id = createHash('sha256').update(state).digest('hex').slice(0, 8);
  const runtime = await createDockerRuntime({ stateDirectory: state });
  const list = async (): Promise<readonly string[]> => {
    const found = await docker!.listImages({ filters: JSON.stringify({ label: [`s3m.project=${id}`] }) });
    return found.toSorted((one, other) => other.Created - one.Created).flatMap(({ RepoTags }) => RepoTags ?? []);
  };
  return {
    id,
    runtime,
    asset: (name, version) =>
      imageOf(
        join(temporary.path, `${name}${version}`),
        {
          Dockerfile: `FROM ${BASE_IMAGE}\nCOPY app.cjs ./\nCMD ["node", "app.cjs", "8080"]`,
          'app.cjs': `${SERVICE}\n// ${id} ${name} ${version}`,
        },
        { name },
      ),
    images: list,
    vanish: () => temporary[Symbol.dispose](),
    [Symbol.asyncDispose]: async () => {
      await runtime.close();
      for (const name of await list()) await docker!.getImage(name).remove({ force: true });
      temporary[Symbol.dispose]();
    },
  };
}

describe('Images that are not needed any more', { skip: docker === undefined && 'no Docker engine' }, () => {
  test('Of an asset the newest two stay, and those that a container still uses', async () => {
    await using it = await project();
    const first = it.asset('Weather', 1);
    const task = await it.runtime.start(taskOf([container(first)]));
    const [running] = await it.images();
    await it.runtime.prepare(it.asset('Other', 1), () => {});
    for (const version of [2, 3, 4]) await it.runtime.prepare(it.asset('Weather', version), () => {});
    const left = await it.images();
    assert.equal(left.length, 4, 'the other asset, the two newest, and the one that runs');
    assert.ok(left.includes(running!));
    await task.stop(async () => {});
    await it.runtime.prepare(it.asset('Weather', 5), () => {});
    assert.equal((await it.images()).length, 3);
    const again = await it.runtime.start(taskOf([container(first)]));
    await again.stop(async () => {});
  });

  test('Those of a project that is gone go, but not while they are young', async () => {
    await using it = await project();
    await it.runtime.prepare(it.asset('Weather', 1), () => {});
    await removeOldImages(docker!, 'another', inTwoDays());
    assert.equal((await it.images()).length, 1, 'the project is there');
    it.vanish();
    await removeOldImages(docker!, 'another', Date.now());
    assert.equal((await it.images()).length, 1, 'it is young');
    await removeOldImages(docker!, 'another', inTwoDays());
    assert.deepEqual(await it.images(), []);
  });

  test('Those of the relay in other versions go', async () => {
    for (const tag of ['old', 'new']) await importImage(docker!, `s3m-test-tags:${tag}`, [{ kind: 'text', path: 'tag', text: tag }]);
    await removeOtherTags(docker!, 's3m-test-tags', 'new', Date.now());
    const left = async (): Promise<readonly string[]> =>
      (await docker!.listImages({ filters: JSON.stringify({ reference: ['s3m-test-tags'] }) }))
        .flatMap(({ RepoTags }) => RepoTags ?? [])
        .sort();
    assert.deepEqual(await left(), ['s3m-test-tags:new', 's3m-test-tags:old']);
    await removeOtherTags(docker!, 's3m-test-tags', 'new', inTwoDays());
    assert.deepEqual(await left(), ['s3m-test-tags:new']);
    await docker!.getImage('s3m-test-tags:new').remove();
  });

  test('An image that somebody has removed is built again by the start after the next', async () => {
    await using it = await project();
    const image = it.asset('Weather', 1);
    await it.runtime.prepare(image, () => {});
    for (const name of await it.images()) await docker!.getImage(name).remove({ force: true });
    await assert.rejects(it.runtime.start(taskOf([container(image)])), /[Nn]o such image/);
    const task = await it.runtime.start(taskOf([container(image)]));
    await task.stop(async () => {});
  });
});
