import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ContainerImage } from '../../src/capabilities/container-image.ts';
import { BuildRemains } from '../../src/containers/build-remains.ts';
import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import { removeFormer, removeOrphanedImages } from '../../src/containers/old-images.ts';
import { importImage } from '../../src/containers/relay-image.ts';
import type { TarEntry } from '../../src/containers/tar-archive.ts';
import type { TaskRuntime } from '../../src/containers/task-runtime.ts';
import { BASE_IMAGE, dockerEngine, ensureBaseImage } from './base-image-fixture.ts';
import { container, imageOf, taskOf, temporaryDirectory } from './task-fixture.ts';
import { SERVICE } from './task-programs.ts';

const docker = await dockerEngine();
const inTwoDays = (): number => Date.now() + 2 * 86_400_000;

interface Project extends AsyncDisposable {
  readonly id: string;
  /** Its `.s3m`. */
  readonly state: string;
  readonly runtime: TaskRuntime;
  asset(name: string, version: number, dockerfile?: string): ContainerImage;
  /** Names of its images; Docker tells their age in seconds. */
  images(): Promise<readonly string[]>;
  /** Ids, of 12 digits, of images that its builds have left without a name. */
  remains(): readonly string[];
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
    return found.flatMap(({ RepoTags }) => RepoTags ?? []);
  };
  return {
    id,
    state,
    runtime,
    asset: (name, version, dockerfile = `FROM ${BASE_IMAGE}\nCOPY app.cjs ./\nCMD ["node", "app.cjs", "8080"]`) =>
      imageOf(
        join(temporary.path, `${name}${version}`),
        {
          Dockerfile: dockerfile,
          'app.cjs': `${SERVICE}\n// ${id} ${name} ${version}`,
        },
        { name },
      ),
    images: list,
    remains: () => (JSON.parse(readFileSync(join(state, 'builds.json'), 'utf8')) as { readonly made: readonly string[] }).made,
    vanish: () => temporary[Symbol.dispose](),
    [Symbol.asyncDispose]: async () => {
      await runtime.close();
      for (const name of await list()) await docker!.getImage(name).remove({ force: true });
      await new BuildRemains(state).removeBut(docker!, []);
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
    await removeOrphanedImages(docker!, inTwoDays());
    assert.equal((await it.images()).length, 1, 'the project is there');
    it.vanish();
    await removeOrphanedImages(docker!, Date.now());
    assert.equal((await it.images()).length, 1, 'it is young');
    await removeOrphanedImages(docker!, inTwoDays());
    assert.deepEqual(await it.images(), []);
  });

  test('Those of the stages of a build stay for the next one, and go with the image, as what a failed build came to', async () => {
    await using it = await project();
    const stages = `FROM ${BASE_IMAGE} AS first\nCOPY app.cjs /made.cjs\nRUN ["touch", "/tmp/made"]\nFROM ${BASE_IMAGE}\nCOPY --from=first /made.cjs ./app.cjs\nCMD ["node", "app.cjs", "8080"]`;
    const held = async (): Promise<readonly string[]> => {
      const all = await docker!.listImages({ all: true });
      return all.map(({ Id }) => Id.slice('sha256:'.length, 'sha256:'.length + 12));
    };
    const first = it.asset('Weather', 1, stages);
    await it.runtime.prepare(first, () => {});
    const made = it.remains();
    assert.equal(made.length, 2, 'what each stage came to');
    const failing = it.asset('Weather', 2, `FROM ${BASE_IMAGE}\nCOPY app.cjs ./\nRUN ["touch", "/no/such/folder"]\n`);
    await assert.rejects(
      it.runtime.prepare(failing, () => {}),
      /build failed|Cannot build/,
    );
    const [unfinished, ...more] = it.remains().filter((id) => !made.includes(id));
    assert.deepEqual(more, []);
    assert.ok((await held()).includes(unfinished!));
    await it.runtime.removeImagesBut!([first]);
    assert.ok(!(await held()).includes(unfinished!), 'of the failed build nothing is left');
    const lines: string[] = [];
    await docker!.getImage((await it.images())[0]!).remove();
    await it.runtime.close();
    const again = await createDockerRuntime({ stateDirectory: it.state });
    await again.prepare(first, (line) => lines.push(line));
    assert.ok(lines.filter((line) => line.endsWith(' Using cache')).length >= 2, lines.join('\n'));
    assert.ok((await held()).includes(made[0]!));
    await again.removeImagesBut!([]);
    const left = await held();
    assert.deepEqual(
      made.filter((id) => left.includes(id)),
      [],
    );
    await docker!.getImage(BASE_IMAGE).inspect();
    await again.close();
  });

  test('Those that the application does not name any more go with all their names, but not what others made or a container uses', async () => {
    await using it = await project();
    await using other = await project();
    const [kept, used, gone] = [it.asset('Weather', 1), it.asset('Used', 1), it.asset('Gone', 1)];
    const task = await it.runtime.start(taskOf([container(used)]));
    await it.runtime.prepare(kept, () => {});
    const before = await it.images();
    await it.runtime.prepare(gone, () => {});
    const goes = (await it.images()).find((name) => !before.includes(name));
    await docker!.getImage(goes!).tag({ repo: `127.0.0.1:9/s3m-test-${it.id}`, tag: '1' });
    await other.runtime.prepare(other.asset('Weather', 1), () => {});
    assert.equal((await it.images()).length, 4);
    await it.runtime.removeImagesBut!([kept]);
    assert.equal((await it.images()).length, 2);
    assert.equal((await other.images()).length, 1);
    await task.stop(async () => {});
    await it.runtime.removeImagesBut!([kept]);
    assert.equal((await it.images()).length, 1);
    await it.runtime.removeImagesBut!([]);
    assert.deepEqual(await it.images(), []);
  });

  test('An image that stays loses the name of a push whose engine was killed, and no name that others gave it (ECR-023)', async () => {
    await using it = await project();
    const kept = it.asset('Weather', 1);
    await it.runtime.prepare(kept, () => {});
    const [own] = await it.images();
    const tags = [
      { repo: `127.0.0.1:9/s3m-test-${it.id}`, tag: 'a'.repeat(64) },
      { repo: `127.0.0.1:9/s3m-test-${it.id}`, tag: '1' },
      { repo: `s3m-test-${it.id}`, tag: 'a'.repeat(64) },
    ];
    for (const tag of tags) await docker!.getImage(own!).tag(tag);
    await it.runtime.removeImagesBut!([kept]);
    assert.deepEqual((await it.images()).toSorted(), [own!, ...tags.slice(1).map(({ repo, tag }) => `${repo}:${tag}`)].toSorted());
  });

  test('Those of the relay in other versions go at once, named or not', async () => {
    const label = { 's3m.role': 'test-relay' };
    const file = (text: string): TarEntry => ({ kind: 'text', path: 'tag', text });
    // The name of the second one is taken by the third.
    await importImage(docker!, 's3m-test-tags:old', [file('old')], label);
    await importImage(docker!, 's3m-test-tags:new', [file('lost')], label);
    await importImage(docker!, 's3m-test-tags:new', [file('new')], label);
    await importImage(docker!, 's3m-test-foreign:old', [file('foreign')]);
    const left = async (role: string): Promise<readonly string[]> =>
      (await docker!.listImages({ filters: JSON.stringify({ label: [`s3m.role=${role}`] }) }))
        .flatMap(({ RepoTags }) => RepoTags ?? [])
        .sort();
    assert.equal((await left('test-relay')).length, 3);
    await removeFormer(docker!, 'test-relay', 's3m-test-tags:new');
    assert.deepEqual(await left('test-relay'), ['s3m-test-tags:new']);
    await docker!.getImage('s3m-test-foreign:old').remove();
    await docker!.getImage('s3m-test-tags:new').remove();
  });

  test('An image that somebody has removed is built again by the next start', async () => {
    await using it = await project();
    const image = it.asset('Weather', 1);
    await it.runtime.prepare(image, () => {});
    for (const name of await it.images()) await docker!.getImage(name).remove({ force: true });
    const task = await it.runtime.start(taskOf([container(image)]));
    await task.stop(async () => {});
  });
});
