import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import { BASE_IMAGE, dockerEngine, ensureBaseImage } from './base-image-fixture.ts';
import { describePrograms } from './program-neighbours.ts';

const docker = await dockerEngine();

describePrograms('in Docker', docker === undefined && 'no Docker engine', async (stateDirectory) => {
  await ensureBaseImage(docker!);
  const runtime = await createDockerRuntime({ stateDirectory });
  const close = async (): Promise<void> => {
    await runtime.close();
    await runtime.removeImagesBut!([]);
  };
  return { runtime: { ...runtime, close }, base: BASE_IMAGE, node: ['node'] };
});
