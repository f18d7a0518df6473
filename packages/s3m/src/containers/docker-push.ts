import type Docker from 'dockerode';
import type { RegistryPush } from '../capabilities/image-registry.ts';
import { followProgress } from './docker-progress.ts';
import type { Publication } from './task-runtime.ts';

/** What an engine says that has no way to a registry on this machine's loopback, or does not speak plain HTTP to it. */
const OUT_OF_REACH = /dial tcp|connection refused|no route to host|i\/o timeout|gave HTTP response to HTTPS client/;

/** Pushes an image that the engine holds. @param signal ends it @throws Error with what the registry said */
export async function pushDockerImage(
  docker: Docker,
  name: string,
  push: RegistryPush,
  signal: AbortSignal | undefined,
): Promise<Publication> {
  const { registry, repository, tag, user, password } = push;
  const repo = `${registry}/${repository}`;
  await docker.getImage(name).tag({ repo, tag });
  try {
    const stream = await docker.getImage(repo).push({
      tag,
      authconfig: { username: user, password, serveraddress: registry },
      ...(signal === undefined ? {} : { abortSignal: signal }),
    });
    await followProgress(docker, stream, () => {});
    return { kind: 'pushed' };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!OUT_OF_REACH.test(why)) throw error;
    return { kind: 'out of reach', why };
  } finally {
    // The registry's port is in the name: it would be another one for each port that the registry ever has.
    await docker
      .getImage(`${repo}:${tag}`)
      .remove()
      .catch(() => {});
  }
}
