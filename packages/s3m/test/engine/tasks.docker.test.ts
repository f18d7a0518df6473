import { dockerEngine, ensureBaseImage } from '../containers/base-image-fixture.ts';
import { killContainers } from '../containers/kill-local.ts';
import { dockerProject } from './docker-project.ts';
import { describeTasks, systemOf } from './task-behaviours.ts';

process.env['S3M_TEST_OF_ENGINE'] = 'not for tasks';
const docker = await dockerEngine();

describeTasks('in Docker', docker === undefined && 'no Docker engine', async () => {
  await ensureBaseImage(docker!);
  const project = dockerProject(docker!);
  project.write(systemOf());
  const engine = await project.start();
  return {
    engine,
    write: project.write,
    kill: killContainers,
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await project[Symbol.asyncDispose]();
    },
  };
});
