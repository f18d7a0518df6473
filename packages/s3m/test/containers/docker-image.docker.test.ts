import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import type { ContainerSpec } from '../../src/containers/task-runtime.ts';
import { BASE_IMAGE, dockerEngine } from './base-image-fixture.ts';
import { dockerBench } from './docker-bench.ts';
import { container, get, imageOf, never, taskOf } from './task-fixture.ts';
import { SERVICE } from './task-programs.ts';

const docker = await dockerEngine();

describe('An image in Docker', { skip: docker === undefined && 'no Docker engine' }, () => {
  test('A build that fails is reported with the last lines', async () => {
    await using it = await dockerBench(docker!);
    const image = it.image('', 'RUN ["node", "-e", "console.log(\'compiling\'); process.exit(3)"]');
    const lines: string[] = [];
    await assert.rejects(
      it.runtime.prepare(image, (line) => lines.push(line)),
      {
        name: 'TaskStartFailure',
        stoppedReason: /^CannotPullContainerError: .*build failed: .*returned a non-zero code: 3/,
        message: /Cannot build .*Dockerfile: .*compiling/s,
      },
    );
    assert.ok(lines.includes('compiling'));
  });

  test('An image that was built is not built again', async () => {
    await using it = await dockerBench(docker!);
    const image = it.image(`/* ${it.directory} */`);
    const lines: string[] = [];
    await it.runtime.prepare(image, (line) => lines.push(line));
    assert.match(lines.at(-1) ?? '', /Successfully tagged s3m-asset:/);
    const again = await createDockerRuntime({ stateDirectory: join(it.directory, '.s3m') });
    const count = lines.length;
    await again.prepare(image, (line) => lines.push(line));
    assert.equal(lines.length, count);
    await again.close();
  });

  test('Images that cannot be had, commands that are not there and other platforms fail in clear words (ECS-045)', async () => {
    await using it = await dockerBench(docker!);
    const fails = (spec: ContainerSpec, expected: object): Promise<void> =>
      assert.rejects(it.runtime.start(taskOf([spec])), { name: 'TaskStartFailure', ...expected });
    await fails(container(undefined, { image: 'no_such_image' }), {
      stoppedReason:
        /^CannotPullContainerError: pull image manifest has been retried 1 time\(s\): failed to resolve ref docker\.io\/library\/no_such_image:latest: /,
      message: /docker login/,
    });
    await fails(it.app(SERVICE, [], { command: ['no-such-program'] }), {
      stoppedReason: /^CannotStartContainerError: Error response from daemon: .*"no-such-program": executable file not found in \$PATH/s,
    });
    const other = process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
    await fails(container({ ...it.image(SERVICE), platform: other }), {
      message: new RegExp(`it is made for ${other}, and this Docker engine runs linux/`),
    });
    assert.deepEqual(await it.runtime.cleanUp(), []);
  });

  test('A program for another processor ends its container with exec format error in the log', async () => {
    await using it = await dockerBench(docker!);
    // The header of a program for a processor that this one is not, and nothing else.
    const header = Buffer.alloc(64);
    header.write('\x7fELF\x02\x01\x01', 'latin1');
    header.writeUInt16LE(2, 16);
    header.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
    header.writeUInt32LE(1, 20);
    const directory = join(it.directory, 'foreign');
    const image = imageOf(directory, { Dockerfile: `FROM ${BASE_IMAGE}\nCOPY program /program\nCMD ["/program"]` });
    writeFileSync(join(directory, 'program'), header, { mode: 0o755 });
    const task = taskOf([container({ ...image, hash: `${image.hash}${process.arch}` })]);
    const running = await it.runtime.start(task);
    const { exitCode, lastLines } = await running.exited;
    assert.equal(exitCode, 1);
    assert.match(lastLines!.join(' '), /exec .*format error/);
    await running.stop(never);
  });

  test('An image that the engine holds is used as it is', async () => {
    await using it = await dockerBench(docker!);
    const task = await it.runtime.start(
      taskOf([container(undefined, { image: BASE_IMAGE, command: ['node', '-e', SERVICE, 'app', '8080'] })]),
    );
    assert.equal((await get(task, 8080)).status, 200);
  });
});
