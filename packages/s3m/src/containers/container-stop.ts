import { dependentsOf } from './start-order.ts';
import type { ContainerSpec } from './task-runtime.ts';

/** What stopping needs of a container, process or Docker. */
export interface StoppableContainer {
  readonly spec: ContainerSpec;
  readonly exited: Promise<unknown>;
  /** The image's STOPSIGNAL, SIGTERM by default. */
  interrupt(): void | Promise<void>;
  kill(): void | Promise<void>;
}

/**
 * Stops a task's containers: each gets its stop signal when those that depend on it are gone (ECS-015), and SIGKILL when it is still there
 * after its stop timeout (ECS-018, ECS-062).
 */
export async function stopContainers(containers: readonly StoppableContainer[], after: (ms: number) => Promise<void>): Promise<void> {
  const specs = containers.map(({ spec }) => spec);
  const stopping = new Map<string, Promise<void>>();
  const stop = (name: string): Promise<void> => {
    const known = stopping.get(name);
    if (known !== undefined) return known;
    const container = containers.find(({ spec }) => spec.definition.name === name);
    const stopped = Promise.all(dependentsOf(name, specs).map(stop)).then(() =>
      container === undefined ? undefined : stopOne(container, after),
    );
    stopping.set(name, stopped);
    return stopped;
  };
  await Promise.all(specs.map(({ definition }) => stop(definition.name)));
}

async function stopOne(container: StoppableContainer, after: (ms: number) => Promise<void>): Promise<void> {
  await container.interrupt();
  const gone = container.exited.then(() => true);
  const late = after(container.spec.definition.stopTimeoutMs).then(() => false);
  if (!(await Promise.race([gone, late]))) await container.kill();
  await container.exited;
}
