import type { TaskRuntime } from '../containers/task-runtime.ts';
import { probeDocker } from '../containers/probe-docker.ts';
import { userFailure } from './problem.ts';
import type { Plan } from './load-plan.ts';

/**
 * Makes the runtime for tasks. `auto` takes processes when every image is built from a Dockerfile of the application, because that starts in
 * a moment and needs nothing; an image that only a registry has needs Docker.
 * @throws EngineFailure when Docker is asked for, or needed, and absent.
 */
export async function chooseRuntime(
  wanted: 'auto' | 'docker' | 'process',
  plan: Plan,
  options: { readonly stateDirectory: string; readonly exposeTasks: boolean; readonly signal: AbortSignal },
): Promise<TaskRuntime> {
  const foreign = foreignImages(plan);
  if (wanted === 'process' || (wanted === 'auto' && foreign.length === 0)) {
    const { createProcessRuntime } = await import('../containers/process-runtime.ts');
    return createProcessRuntime(options);
  }
  const docker = await probeDocker();
  if (!docker.available) {
    const why =
      wanted === 'docker'
        ? 'Docker is asked for (--runtime docker)'
        : `Docker is needed for ${foreign.join(', ')}, an image that is not built from a Dockerfile here`;
    throw userFailure(
      'DockerAbsent',
      `${why}, but ${docker.why}`,
      `${docker.fix} Without Docker: --runtime process runs services from their Dockerfile's final stage.`,
    );
  }
  const { createDockerRuntime } = await import('../containers/docker-runtime.ts');
  return createDockerRuntime(options);
}

/** Images of task definitions that are no assets of the assembly. */
function foreignImages(plan: Plan): string[] {
  const tags = new Set(plan.assembly.images.map(({ tag }) => tag));
  const images: string[] = [];
  for (const { stack, evaluation, types } of plan.targets) {
    for (const [id, type] of types) {
      if (type.type !== 'AWS::ECS::TaskDefinition') continue;
      for (const image of imagesOf(evaluation.resource(id).Properties?.['ContainerDefinitions'])) {
        if (![...tags].some((tag) => JSON.stringify(image).includes(tag)))
          images.push(typeof image === 'string' ? image : `${stack.name}/${id}`);
      }
    }
  }
  return images;
}

function imagesOf(definitions: unknown): unknown[] {
  if (!Array.isArray(definitions)) return [];
  return definitions.map((definition: unknown) =>
    typeof definition === 'object' && definition !== null && 'Image' in definition ? definition.Image : undefined,
  );
}
