import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dockerEngine, ensureBaseImage, BASE_IMAGE } from '../containers/base-image-fixture.ts';
import { dockerProject } from '../engine/docker-project.ts';
import { describeKilledDeployments } from './killed-deployment.ts';

const docker = await dockerEngine();

async function networks(): Promise<readonly string[]> {
  return (await docker!.listNetworks()).map(({ Name }) => Name).sort();
}

describeKilledDeployments('in Docker', docker === undefined && 'no Docker engine', async () => {
  await ensureBaseImage(docker!);
  const project = dockerProject(docker!);
  const { directory, id, write } = project;
  const before = await networks();
  return {
    directory,
    runtime: 'docker',
    // What the step prints tells its container from those of others.
    endlessBuild: { dockerfile: `FROM ${BASE_IMAGE}\nRUN ["node", "-e", "setTimeout(() => {}, 600000)", "${directory}"]\n` },
    isBuilding: async () => (await docker!.listContainers({ all: true })).some(({ Command: command }) => command.includes(directory)),
    write,
    alive: async () => (await project.containers()).map(({ Id }) => Id),
    assertNothingLeft: async () => {
      assert.deepEqual(await networks(), before);
      assert.deepEqual(readdirSync(join(directory, '.s3m', 'registry', 'uploads')), []);
      const volumes = await docker!.listVolumes({ filters: JSON.stringify({ label: ['s3m.project'] }) });
      assert.deepEqual(
        (volumes.Volumes ?? []).filter(({ Labels }) => Labels?.['s3m.project'] === id),
        [],
      );
      assert.equal((await project.images()).length, 1, 'the image that ran last, for the next start');
    },
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
});
