import { join } from 'node:path';
import type { ContainerDefinition } from '../../src/capabilities/task-definition.ts';
import type { NamespaceProbe } from '../../src/containers/probe-namespaces.ts';
import { createProcessRuntime } from '../../src/containers/process-runtime.ts';
import type { ContainerSpec, TaskRuntime } from '../../src/containers/task-runtime.ts';
import { container, imageOf, temporaryDirectory } from './task-fixture.ts';

/** A runtime for tasks as processes with a directory of its own; `app` makes a container of a Node program. */
export interface Bench extends AsyncDisposable {
  readonly runtime: TaskRuntime;
  readonly directory: string;
  app(
    program: string,
    args: readonly string[],
    more?: Partial<ContainerDefinition>,
    environment?: Readonly<Record<string, string>>,
  ): ContainerSpec;
}

export async function bench(namespaces: NamespaceProbe, exposeTasks = false): Promise<Bench> {
  const temporary = temporaryDirectory();
  const runtime = await createProcessRuntime({ stateDirectory: join(temporary.path, '.s3m'), exposeTasks, namespaces });
  let images = 0;
  return {
    runtime,
    directory: temporary.path,
    app: (program, args, more = {}, environment = {}) => {
      const files = { Dockerfile: 'FROM node\nWORKDIR /app\nCOPY app.cjs ./\nCMD ["node", "app.cjs"]', 'app.cjs': program };
      const image = imageOf(join(temporary.path, `context${(images += 1)}`), files);
      return container(image, { command: ['node', 'app.cjs', ...args], ...more }, environment);
    },
    [Symbol.asyncDispose]: async () => {
      await runtime.close();
      temporary[Symbol.dispose]();
    },
  };
}
