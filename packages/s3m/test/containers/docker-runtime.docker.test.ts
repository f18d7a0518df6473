import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { ContainerDefinition } from '../../src/capabilities/task-definition.ts';
import { createDockerRuntime } from '../../src/containers/docker-runtime.ts';
import { TaskStartFailure, type ContainerExit, type ContainerSpec } from '../../src/containers/task-runtime.ts';
import { BASE_IMAGE, dockerEngine } from './base-image-fixture.ts';
import { dockerBench } from './docker-bench.ts';
import { killEngine, startEngine } from './engine-process.ts';
import { atOnce, container, dialFromHost, freePort, get, isAlive, never, outletTo, reach, taskOf, until } from './task-fixture.ts';
import { CRASHING, ELSEWHERE, SERVICE, STUBBORN, TRANSIENT } from './task-programs.ts';

const docker = await dockerEngine();

describe('A task in Docker', { skip: docker === undefined && 'no Docker engine' }, () => {
  test('An interruption ends a build under way, in the engine too', async () => {
    const interruption = new AbortController();
    await using it = await dockerBench(docker!, interruption.signal);
    const prepared = it.runtime.prepare(it.image('', 'RUN sleep 4711'), (line) => {
      if (line.includes('Running in')) interruption.abort();
    });
    await assert.rejects(prepared, (error: unknown) => error instanceof TaskStartFailure && error.message.startsWith('Cannot build '));
    const builds = async (): Promise<boolean> =>
      (await docker!.listContainers()).some(({ Command: command }) => command.includes('sleep 4711'));
    await until(async () => !(await builds()), 'the end of the build in the engine');
  });

  test('Two replicas of a service on one fixed port both answer, and no local process reaches them', async () => {
    await using it = await dockerBench(docker!);
    const port = await freePort();
    const spec = it.app(SERVICE, [String(port)]);
    const tasks = await Promise.all([1, 2].map(() => it.runtime.start(taskOf([spec], { ports: [port] }))));
    const answers = await Promise.all(tasks.map((task) => get(task, port)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    assert.notEqual(answers[0]?.body.split(' ')[1], answers[1]?.body.split(' ')[1]);
    assert.equal(await dialFromHost(port), 'ECONNREFUSED');
    for (const task of tasks) {
      assert.deepEqual(await task.listening(), [port]);
      const { NetworkSettings, HostConfig } = await docker!.getContainer(task.local[0]?.split(' ')[1] ?? '').inspect();
      assert.deepEqual([NetworkSettings.Ports, NetworkSettings.Networks], [{}, {}]);
      const holder = await docker!.getContainer(HostConfig.NetworkMode?.split(':')[1] ?? '').inspect();
      assert.deepEqual(
        Object.values(holder.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress),
        [''],
      );
      assert.deepEqual(
        [holder.HostConfig.NetworkMode, holder.HostConfig.ReadonlyRootfs, holder.HostConfig.CapDrop],
        ['none', true, ['ALL']],
      );
    }
  });

  test('A health check runs in the container, and what waits for it is started when it is good', async () => {
    await using it = await dockerBench(docker!);
    const check = { intervalMs: 100, timeoutMs: 5000, retries: 2, startPeriodMs: 0 };
    const asks = `fetch('http://localhost:9090/').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(2))`;
    const sidecar = it.app(SERVICE, ['9090'], {
      name: 'sidecar',
      healthCheck: { ...check, retries: 100, command: ['CMD', 'node', '-e', asks] },
    });
    const app = it.app(SERVICE, ['8080'], {
      dependsOn: [{ containerName: 'sidecar', condition: 'HEALTHY' }],
      healthCheck: { ...check, command: ['CMD', 'node', '-e', 'console.log("no"); process.exit(3)'] },
    });
    const task = await it.runtime.start(taskOf([app, sidecar]));
    const status = (name: string): string | undefined => task.health().find((view) => view.container === name)?.status;
    assert.equal(status('sidecar'), 'UNKNOWN');
    await task.started;
    assert.equal(status('sidecar'), 'HEALTHY');
    assert.equal((await get(task, 8080)).status, 200);
    await until(() => status('app') === 'UNHEALTHY', 'two bad checks');
    const used = await task.usage();
    assert.deepEqual(used.map((usage) => usage.container).toSorted(), ['app', 'sidecar']);
    assert.ok(used.every(({ cpuMs, memoryBytes }) => cpuMs > 0 && memoryBytes > 1_000_000));
    assert.match(JSON.stringify(task.health()), /ends with exit code 3 \(no\)/);
    await task.stop(never);
  });

  test('A task reaches its outlets, by fetch and by socket, and nothing else', async () => {
    await using it = await dockerBench(docker!);
    await using outlet = await outletTo('127.0.0.1', 4566, 'endpoint');
    await using credentials = await outletTo('169.254.170.2', 80, 'credentials');
    const task = await it.runtime.start(taskOf([it.app(SERVICE, ['8080'])], { outlets: [outlet, credentials] }));
    const ask = async (path: string): Promise<string> => (await get(task, 8080, path)).body;
    assert.equal(await ask('/fetch?http://127.0.0.1:4566/a'), 'endpoint /a');
    assert.equal(await ask('/dial?127.0.0.1:4566'), 'endpoint /dialled');
    assert.equal(await ask('/fetch?http://169.254.170.2/creds'), 'credentials /creds');
    assert.equal(await ask(`/dial?127.0.0.1:${outlet.realPort}`), 'failed ECONNREFUSED');
    const bridge = (await docker!.getNetwork('bridge').inspect()) as {
      readonly IPAM: { readonly Config: readonly { readonly Gateway?: string }[] };
    };
    for (const address of ['192.0.2.1', bridge.IPAM.Config[0]?.Gateway ?? '172.17.0.1']) {
      assert.equal(await ask(`/dial?${address}:${outlet.realPort}`), 'failed ENETUNREACH');
    }
  });

  test('Two containers of a task share one localhost, two tasks do not', async () => {
    await using it = await dockerBench(docker!);
    const sidecar = it.app(SERVICE, ['9090'], { name: 'sidecar' });
    const app = it.app(SERVICE, ['8080'], { dependsOn: [{ containerName: 'sidecar', condition: 'START' }] });
    const tasks = [taskOf([app, sidecar]), taskOf([it.app(SERVICE, ['8080'])])];
    const [both, alone] = await Promise.all(tasks.map((task) => it.runtime.start(task)));
    assert.ok(both !== undefined && alone !== undefined);
    const answer = await get(both, 9090);
    assert.equal((await get(both, 8080, '/fetch?http://localhost:9090/')).body, answer.body);
    assert.equal((await get(alone, 8080, '/fetch?http://localhost:9090/')).body, 'failed ECONNREFUSED');
  });

  test("The definition's user, working directory, environment and read-only root hold (ECS-023)", async () => {
    await using it = await dockerBench(docker!);
    const more = {
      user: '1000:1000',
      workingDirectory: '/tmp',
      readonlyRootFilesystem: true,
      entryPoint: ['node'],
      command: ['/app/app.cjs', '8080'],
    };
    const task = await it.runtime.start(taskOf([it.app(SERVICE, [], more, { STAGE: 'prod' })]));
    const ask = async (path: string): Promise<string> => (await get(task, 8080, path)).body;
    assert.deepEqual(JSON.parse(await ask('/identity')), { uid: 1000, cwd: '/tmp' });
    assert.equal((JSON.parse(await ask('/environment')) as Record<string, string>)['STAGE'], 'prod');
    assert.equal(await ask('/write?/tmp/x'), 'failed EROFS');
  });

  test("A volume is empty and root's alone, unless the image has one at its path: then its files and its owner are there (ECS-100)", async () => {
    await using it = await dockerBench(docker!);
    const make =
      'fs.mkdirSync("/own"); fs.writeFileSync("/own/kept", ""); fs.chownSync("/own", 1000, 1000); fs.cpSync("/own", "/plain", { recursive: true })';
    const image = it.image(SERVICE, `RUN node -e '${make}'\nVOLUME /own`);
    const mountPoints = ['/own', '/plain', '/new'].map((path) => ({ containerPath: path, readOnly: false, sourceVolume: path.slice(1) }));
    const command = ['node', 'app.cjs', '8080'];
    const user = container(image, { command, user: '1000:1000', readonlyRootFilesystem: true, mountPoints });
    const root = container(image, { command: ['node', 'app.cjs', '9090'], name: 'root', mountPoints });
    const reader = container(image, {
      command: ['node', 'app.cjs', '7070'],
      name: 'reader',
      mountPoints: mountPoints.map((mount) => ({ ...mount, readOnly: true })),
    });
    const task = await it.runtime.start(taskOf([user, root, reader]));
    const ask = async (port: number, path: string): Promise<string> => (await get(task, port, `/write?${path}`)).body;
    assert.equal(await ask(8080, '/own/x'), 'written');
    assert.equal(await ask(8080, '/own/kept/x'), 'failed ENOTDIR', 'a file of the image');
    assert.equal(await ask(8080, '/new/x'), 'failed EACCES');
    assert.equal(await ask(8080, '/plain/x'), 'failed EACCES');
    assert.equal(await ask(9090, '/plain/kept/x'), 'failed ENOENT', 'the image has no volume there');
    assert.equal(await ask(9090, '/new/x'), 'written');
    assert.equal(await ask(7070, '/new/y'), 'failed EROFS');
    await task.stop(never);
  });

  test('The limit of open files is that of the definition (ECS-019)', async () => {
    await using it = await dockerBench(docker!);
    const program = `console.log(require('node:fs').readFileSync('/proc/self/limits', 'utf8').match(/open files +\\d+ +(\\d+)/)[1])`;
    const spec = taskOf([it.app(program, [], { openFiles: { soft: 512, hard: 1024 } })]);
    const task = await it.runtime.start(spec);
    await task.exited;
    assert.deepEqual(spec.lines, ['app: 1024']);
    await task.stop(never);
  });

  test('An init process is the first one where it is asked for, and capabilities are added and dropped (ECS-099)', async () => {
    await using it = await dockerBench(docker!);
    const program = `const { readFileSync } = require('node:fs');
console.log(readFileSync('/proc/1/comm', 'utf8').trim(), readFileSync('/proc/self/status', 'utf8').match(/CapEff:\\s+(\\w+)/)[1])`;
    const said = async (more: Partial<ContainerDefinition>): Promise<string> => {
      const spec = taskOf([it.app(program, [], more)]);
      const task = await it.runtime.start(spec);
      await task.exited;
      await task.stop(never);
      return spec.lines.join();
    };
    const [usual = '', all = ''] = (await said({})).split(' ').slice(-2);
    assert.notEqual(usual, 'docker-init');
    assert.match(await said({ initProcess: true }), new RegExp(`docker-init ${all}$`));
    assert.match(await said({ capabilities: { add: [], drop: ['ALL'] } }), / 0{16}$/);
    // CAP_SYS_PTRACE is the 19th.
    assert.match(await said({ capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] } }), / 0{11}80000$/);
  });

  test('What waits for another container to complete or to succeed is started then, or not at all (ECS-015)', async () => {
    await using it = await dockerBench(docker!);
    const ends = (code: number): ContainerSpec => it.app(`process.exit(${code})`, [], { name: 'migration', essential: false });
    const app = (condition: 'COMPLETE' | 'SUCCESS'): ContainerSpec =>
      it.app(SERVICE, ['8080'], { dependsOn: [{ containerName: 'migration', condition }] });
    for (const spec of [
      [app('COMPLETE'), ends(3)],
      [app('SUCCESS'), ends(0)],
    ]) {
      const task = await it.runtime.start(taskOf(spec));
      await task.started;
      assert.equal((await get(task, 8080)).status, 200);
      await task.stop(never);
    }
    const failed = await it.runtime.start(taskOf([app('SUCCESS'), ends(3)]));
    await assert.rejects(failed.started, (error: unknown) => error instanceof TaskStartFailure);
    await failed.stop(never);
  });

  test('A volume that two containers mount is one, and is removed with the task', async () => {
    await using it = await dockerBench(docker!);
    const mountPoints = [{ containerPath: '/shared', readOnly: false, sourceVolume: 'shared' }];
    const spec = taskOf([it.app(SERVICE, ['8080'], { mountPoints }), it.app(SERVICE, ['9090'], { name: 'other', mountPoints })]);
    const task = await it.runtime.start(spec);
    assert.equal((await get(task, 8080, '/write?/shared/x')).body, 'written');
    assert.equal((await get(task, 9090, '/write?/shared/x/y')).body, 'failed ENOTDIR');
    await task.stop(never);
    const { Volumes } = await docker!.listVolumes({ filters: JSON.stringify({ label: [`s3m.task=${spec.id}`] }) });
    assert.deepEqual(Volumes ?? [], []);
  });

  test('SIGTERM reaches the program, and a request that is being answered is answered to its end', async () => {
    await using it = await dockerBench(docker!);
    const spec = taskOf([it.app(SERVICE, ['8080'])]);
    const task = await it.runtime.start(spec);
    await reach(task, 8080).then((socket) => socket.destroy());
    const slow = get(task, 8080, '/slow');
    await until(() => spec.lines.includes('app: slow begins'), 'the request to arrive');
    await task.stop(never);
    assert.equal((await slow).body, 'begun and finished');
    assert.deepEqual(spec.lines.slice(-2), ['app: asked to stop', 'app: closed']);
    assert.equal((await task.exited).exitCode, 0);
    await assert.rejects(task.connect(8080), { code: 'ECONNREFUSED' });
    assert.deepEqual(await docker!.listContainers({ all: true, filters: { label: [`s3m.task=${spec.id}`] } }), []);
  });

  test('A program that ignores SIGTERM is killed after its stop timeout', async () => {
    await using it = await dockerBench(docker!);
    const spec = taskOf([it.app(STUBBORN, [], { stopTimeoutMs: 2000 })]);
    const task = await it.runtime.start(spec);
    await until(() => spec.lines.includes('app: started'), 'the start');
    await task.stop((ms) => {
      assert.equal(ms, 2000);
      return until(() => spec.lines.includes('app: no'), 'SIGTERM');
    });
    assert.equal((await task.exited).exitCode, 137);
  });

  test("The image's STOPSIGNAL is used, its HEALTHCHECK is not", async () => {
    await using it = await dockerBench(docker!);
    const program = `process.on('SIGUSR2', () => process.exit(7)); console.log('ready'); setInterval(() => {}, 1000);`;
    const spec = taskOf([container(it.image(program, 'STOPSIGNAL SIGUSR2\nHEALTHCHECK CMD ["node", "-e", "0"]'))]);
    const task = await it.runtime.start(spec);
    await until(() => spec.lines.length > 0, 'the start');
    const { State } = await docker!.getContainer(task.local[0]?.split(' ')[1] ?? '').inspect();
    assert.equal(State.Health, undefined);
    await task.stop(never);
    assert.equal((await task.exited).exitCode, 7);
  });

  test('A container with a restart policy is started again without its task, and stopped with it (ECS-026)', async () => {
    await using it = await dockerBench(docker!);
    const restartPolicy = { ignoredExitCodes: [], attemptPeriodMs: 50 };
    const exits: (number | undefined)[] = [];
    const spec = {
      ...taskOf([it.app(TRANSIENT, [], { restartPolicy })]),
      restarting: (exit: ContainerExit) => void exits.push(exit.exitCode),
    };
    const task = await it.runtime.start(spec);
    await until(() => spec.lines.includes('app: run 3'), 'the third run');
    assert.deepEqual(exits, [3, 0]);
    assert.equal(await Promise.race([task.exited, Promise.resolve('runs')]), 'runs');
    await task.stop(atOnce);
    assert.deepEqual(exits, [3, 0], 'a stop is no reason to start again');
  });

  test('A program that ends at once is reported with its exit code and its last lines', async () => {
    await using it = await dockerBench(docker!);
    const spec = taskOf([it.app(CRASHING, [])]);
    const exit = await (await it.runtime.start(spec)).exited;
    assert.equal(exit.exitCode, 42);
    assert.deepEqual([...(exit.lastLines ?? [])].sort(), ['no database here', 'reading the configuration']);
  });

  test('A container beyond its memory is reported in ECS’s words (ECS-058)', async () => {
    await using it = await dockerBench(docker!);
    const greedy = 'const all = []; for (;;) all.push(Buffer.alloc(8 * 1024 * 1024, 1));';
    const { exitCode, reason } = await (await it.runtime.start(taskOf([it.app(greedy, [], { memoryMiB: 96 })]))).exited;
    assert.deepEqual({ exitCode, reason }, { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' });
  });

  test('A service that listens elsewhere is seen there, and loopback is not reached from outside', async () => {
    await using it = await dockerBench(docker!);
    const spec = taskOf([it.app(ELSEWHERE, ['8080', '8081'])]);
    const task = await it.runtime.start(spec);
    await until(() => spec.lines.length > 0, 'the start');
    assert.deepEqual(await task.listening(), [8080, 8081]);
    assert.deepEqual(await task.listeningOnLoopback?.(), [8080]);
    await assert.rejects(task.connect(8080), { code: 'ECONNREFUSED' });
    await assert.rejects(task.connect(8082), { code: 'ECONNREFUSED' });
    (await task.connect(8081)).destroy();
  });

  test('Somebody who kills the container, or the one that holds its network, ends the task', async () => {
    await using it = await dockerBench(docker!);
    const spec = it.app(STUBBORN, []);
    const [first, second] = await Promise.all([1, 2].map(() => it.runtime.start(taskOf([spec]))));
    assert.ok(first !== undefined && second !== undefined);
    await docker!.getContainer(first.local[0]?.split(' ')[1] ?? '').kill();
    assert.equal((await first.exited).exitCode, 137);
    const { HostConfig } = await docker!.getContainer(second.local[0]?.split(' ')[1] ?? '').inspect();
    await docker!.getContainer(HostConfig.NetworkMode?.split(':')[1] ?? '').kill();
    assert.match((await second.exited).reason ?? '', /holds the network of the task was stopped/);
  });

  test('What an engine that was killed leaves is removed by the next one', async () => {
    await using it = await dockerBench(docker!);
    const state = join(it.directory, 'killed');
    const { engine, report } = await startEngine(['docker', state, join(it.directory, 'context'), BASE_IMAGE]);
    await killEngine(engine);
    const runtime = await createDockerRuntime({ stateDirectory: state });
    const removed = await runtime.cleanUp();
    assert.equal(removed.length, 2);
    assert.match(removed.join(' '), /container s3m-[0-9a-f]{8}-[0-9a-f]{8}-network/);
    await assert.rejects(docker!.getContainer(report.local[0]?.split(' ')[1] ?? '').inspect(), { statusCode: 404 });
    assert.deepEqual(await runtime.cleanUp(), []);
    await runtime.removeImagesBut!([]);
    await runtime.close();
    assert.ok(!isAlive(engine.pid ?? 0));
  });
});
