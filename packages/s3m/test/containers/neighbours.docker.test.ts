import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import { BASE_IMAGE, dockerEngine, ensureBaseImage } from './base-image-fixture.ts';
import { describePrograms } from './program-neighbours.ts';

const docker = await dockerEngine();

describePrograms('in Docker', docker === undefined && 'no Docker engine', async (stateDirectory) => {
  await ensureBaseImage(docker!);
  return { runtime: await createDockerRuntime({ stateDirectory }), base: BASE_IMAGE, node: ['node'] };
});
