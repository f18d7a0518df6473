import assert from 'node:assert/strict';
import { bench } from './process-bench.ts';
import { chmodSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import http2 from 'node:http2';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findNamespaceTools } from '../../src/containers/network-namespace.ts';
import { processesWith } from '../../src/containers/process-table.ts';
import { probeNamespaces } from '../../src/containers/probe-namespaces.ts';
import type { NamespaceProbe } from '../../src/containers/probe-namespaces.ts';
import type { ContainerExit } from '../../src/containers/task-runtime.ts';
import { atOnce, container, dialFromHost, freePort, get, imageOf, isAlive, never, outletTo, reach, taskOf, until } from './task-fixture.ts';
import { CLUSTER, CRASHING, ELSEWHERE, LEAVING, PARENT, SERVICE, SEVERAL, STUBBORN, TRANSIENT } from './task-programs.ts';

const found = await probeNamespaces();
const user = findNamespaceTools('user-namespace');
const ways: readonly { readonly name: string; readonly namespaces: NamespaceProbe; readonly skip: string | false }[] = [
  { name: 'in a network namespace', namespaces: found, skip: found.kind === 'none' ? found.why : false },
  {
    name: 'in a user namespace',
    namespaces: 'missing' in user ? found : { kind: 'user-namespace', tools: { ...user } },
    skip: found.kind !== 'root' ? 'the test before is this one' : false,
  },
  { name: 'without namespaces', namespaces: { kind: 'none', why: 'this test says so' }, skip: false },
];

for (const { name, namespaces, skip } of ways) {
  describe(`A task of processes ${name}`, { skip }, () => {
    test('Two replicas of a service on one fixed port both answer, and no local process reaches them', async () => {
      await using it = await bench(namespaces);
      const port = await freePort();
      const tasks = await Promise.all([1, 2].map(() => it.runtime.start(taskOf([it.app(SERVICE, [String(port)])], { ports: [port] }))));
      const answers = await Promise.all(tasks.map((task) => get(task, port)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
      assert.notEqual(answers[0]?.body, answers[1]?.body);
      assert.equal(await dialFromHost(port), 'ECONNREFUSED');
      assert.deepEqual(await tasks[0]?.listening(), [port]);
    });

    test('A task reaches its outlets, by fetch and by socket, and nothing else of this machine', async () => {
      await using it = await bench(namespaces);
      await using outlet = await outletTo('127.0.0.1', 4566, 'endpoint');
      await using credentials = await outletTo('169.254.170.2', 80, 'credentials');
      const task = await it.runtime.start(taskOf([it.app(SERVICE, ['8080'])], { outlets: [outlet, credentials] }));
      const ask = async (path: string): Promise<string> => (await get(task, 8080, path)).body;
      assert.equal(await ask('/fetch?http://127.0.0.1:4566/a'), 'endpoint /a');
      assert.equal(await ask('/fetch?http://localhost:4566/a'), 'endpoint /a');
      assert.equal(await ask('/dial?127.0.0.1:4566'), 'endpoint /dialled');
      assert.equal(await ask('/fetch?http://169.254.170.2/creds'), 'credentials /creds');
      assert.equal(await ask(`/fetch?http://127.0.0.1:${outlet.realPort}/`), 'failed ECONNREFUSED');
      assert.equal(await ask(`/dial?127.0.0.1:${outlet.realPort}`), 'failed ECONNREFUSED');
      assert.equal(await ask('/dial?192.0.2.1:80'), 'failed ENETUNREACH');
    });

    test('Two containers of a task share one localhost, two tasks do not', async () => {
      await using it = await bench(namespaces);
      const containers = [it.app(SERVICE, ['8080']), it.app(SERVICE, ['9090'], { name: 'sidecar' })];
      const [both, alone] = await Promise.all(
        [taskOf(containers), taskOf([it.app(SERVICE, ['8080'])])].map((task) => it.runtime.start(task)),
      );
      assert.ok(both !== undefined && alone !== undefined);
      const sidecar = await get(both, 9090);
      assert.equal((await get(both, 8080, '/fetch?http://localhost:9090/')).body, sidecar.body);
      assert.equal((await get(alone, 8080, '/fetch?http://localhost:9090/')).body, 'failed ECONNREFUSED');
      assert.equal((await get(alone, 8080, '/fetch?http://localhost:8080/')).body, (await get(alone, 8080)).body);
    });

    test('SIGTERM reaches the program, and a request that is being answered is answered to its end', async () => {
      await using it = await bench(namespaces);
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
    });

    test('A program that ignores SIGTERM is killed after its stop timeout', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([it.app(STUBBORN, [], { stopTimeoutMs: 2000 })]);
      const task = await it.runtime.start(spec);
      await until(() => spec.lines.includes('app: started'), 'the start');
      const waited: number[] = [];
      await task.stop((ms) => {
        waited.push(ms);
        return until(() => spec.lines.includes('app: no'), 'SIGTERM');
      });
      assert.deepEqual(waited, [2000]);
      const { exitCode, signal } = await task.exited;
      assert.deepEqual({ exitCode, signal }, { exitCode: 137, signal: 'SIGKILL' });
    });

    test('A program without a handler for SIGTERM stays until it is killed, as process 1 of a container does', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([it.app('setInterval(() => console.log("alive"), 10)', [])]);
      const task = await it.runtime.start(spec);
      await until(() => spec.lines.length > 0, 'the start');
      await task.stop(() => {
        const before = spec.lines.length;
        return until(() => spec.lines.length > before + 5, 'signs of life');
      });
      assert.equal((await task.exited).signal, 'SIGKILL');
    });

    test('A container with a restart policy is started again without its task, and stopped with it (ECS-026)', async () => {
      await using it = await bench(namespaces);
      const restartPolicy = { ignoredExitCodes: [], attemptPeriodMs: 50 };
      const exits: (number | undefined)[] = [];
      const spec = {
        ...taskOf([it.app(TRANSIENT, [], { restartPolicy })]),
        restarting: (exit: ContainerExit) => void exits.push(exit.exitCode),
      };
      const task = await it.runtime.start(spec);
      const [first] = task.local;
      await until(() => spec.lines.includes('app: run 3'), 'the third run');
      assert.deepEqual(exits, [3, 0]);
      assert.notDeepEqual(task.local, [first]);
      assert.equal(await Promise.race([task.exited, Promise.resolve('runs')]), 'runs');
      await task.stop(atOnce);
      assert.deepEqual(exits, [3, 0], 'a stop is no reason to start again');
    });

    test('A program that ends at once is reported with its exit code and its last lines', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([it.app(CRASHING, [])]);
      const task = await it.runtime.start(spec);
      assert.deepEqual(await task.exited, {
        container: 'app',
        exitCode: 42,
        signal: undefined,
        lastLines: ['reading the configuration', 'no database here'],
      });
      assert.deepEqual(spec.lines, ['app: reading the configuration', 'app: no database here']);
    });

    test('A service that listens elsewhere is seen there, and loopback is not reached from outside', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([it.app(ELSEWHERE, ['8080', '8081'])]);
      const task = await it.runtime.start(spec);
      await until(() => spec.lines.length > 0, 'the start');
      assert.deepEqual(
        [...(await task.listening())].sort((a, b) => a - b),
        [8080, 8081],
      );
      assert.deepEqual(await task.listeningOnLoopback?.(), [8080]);
      await assert.rejects(task.connect(8080), { code: 'ECONNREFUSED' });
      await assert.rejects(task.connect(8082), { code: 'ECONNREFUSED' });
      (await task.connect(8081)).destroy();
    });

    test("A task's environment holds its own variables and nothing of the engine's", async () => {
      await using it = await bench(namespaces);
      process.env['S3M_TEST_SECRET'] = 'of the engine';
      try {
        const task = await it.runtime.start(taskOf([it.app(SERVICE, ['8080'], {}, { STAGE: 'prod', NODE_OPTIONS: '--no-warnings' })]));
        const environment = JSON.parse((await get(task, 8080, '/environment')).body) as Record<string, string>;
        assert.deepEqual(Object.keys(environment).sort(), ['HOME', 'HOSTNAME', 'NODE_OPTIONS', 'PATH', 'STAGE', 'TMPDIR']);
        assert.equal(environment['STAGE'], 'prod');
        assert.match(environment['NODE_OPTIONS'] ?? '', /^--no-warnings --require /);
        assert.ok(environment['HOME']?.startsWith(it.directory));
      } finally {
        delete process.env['S3M_TEST_SECRET'];
      }
    });

    test('What a container starts ends with it, also what left its process group', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([it.app(PARENT, [])]);
      const task = await it.runtime.start(spec);
      await until(() => spec.lines.length > 0, 'the children');
      const children = spec.lines[0]?.split(' ').slice(2).map(Number) ?? [];
      assert.deepEqual(children.map(isAlive), [true, true]);
      await task.stop(atOnce);
      await until(() => !children.some(isAlive), 'the children to end');
    });

    test('A container that ends by itself takes with it what holds its output', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([it.app(LEAVING, [])]);
      const task = await it.runtime.start(spec);
      assert.equal((await task.exited).exitCode, 0);
      const child = Number(spec.lines[0]?.split(' ')[2]);
      assert.ok(child > 0);
      await until(() => !isAlive(child), 'the child to end');
    });

    test('Servers of all kinds are reached: opened again, on a chosen port, HTTP/2, in a worker thread', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([it.app(SEVERAL, [])]);
      const task = await it.runtime.start(spec);
      await until(() => spec.lines.length === 7, 'seven lines');
      const said = new Map(spec.lines.map((line) => [line.split(' ').slice(1, -1).join(' '), line.split(' ').at(-1)]));
      assert.equal(said.get('again'), '8081');
      assert.equal(said.get('unix'), 'string');
      assert.equal(said.get('twice'), 'EADDRINUSE');
      assert.equal(said.get('closed port'), 'ECONNREFUSED');
      assert.equal((await get(task, 8081)).body, 'again');
      assert.equal((await get(task, 8083)).body, 'worker');
      const chosen = await task.connect(Number(said.get('chosen')));
      assert.equal(String(await once(chosen, 'data').then(([chunk]) => chunk as Buffer)), 'chosen');
      const socket = await task.connect(8082);
      const session = http2.connect('http://task', { createConnection: () => socket });
      assert.equal(String((await once(session.request(), 'data'))[0]), 'two');
      session.destroy();
    });

    test('Workers of a cluster share the port', async () => {
      await using it = await bench(namespaces);
      const task = await it.runtime.start(taskOf([it.app(CLUSTER, ['8080'])]));
      const seen = new Set<string>();
      await until(async () => seen.add((await get(task, 8080)).body).size === 2, 'both workers');
    });

    test('Closing the runtime ends its tasks', async () => {
      const it = await bench(namespaces);
      const task = await it.runtime.start(taskOf([it.app(STUBBORN, [])]));
      const pid = Number(task.local[0]?.split(' ')[1]);
      assert.ok(isAlive(pid));
      await it[Symbol.asyncDispose]();
      assert.ok(!isAlive(pid));
    });
  });
}

describe('A program that Node does not run', () => {
  /** Without NODE_OPTIONS the preload is not there: what any other program is. */
  const foreign = ['env', '-u', 'NODE_OPTIONS', process.execPath, 'app.cjs', '8080'];

  test('is reached, and reaches its outlets, through a relay in its namespace', { skip: found.kind === 'none' }, async () => {
    await using it = await bench(found);
    await using outlet = await outletTo('127.0.0.1', 4566, 'endpoint');
    await using credentials = await outletTo('169.254.170.2', 80, 'credentials');
    const task = await it.runtime.start(taskOf([it.app(SERVICE, [], { command: foreign })], { outlets: [outlet, credentials] }));
    assert.equal((await get(task, 8080)).status, 200);
    assert.equal((await get(task, 8080, '/fetch?http://127.0.0.1:4566/a')).body, 'endpoint /a');
    assert.equal((await get(task, 8080, '/fetch?http://169.254.170.2/creds')).body, 'credentials /creds');
    assert.equal((await get(task, 8080, `/dial?127.0.0.1:${outlet.realPort}`)).body, 'failed ECONNREFUSED');
    assert.deepEqual(await task.listening(), [8080]);
    await task.stop(never);
  });

  test('is refused where nothing can shut it off, with the reason and the options', async () => {
    await using it = await bench({ kind: 'none', why: 'this test says so' });
    await assert.rejects(it.runtime.start(taskOf([it.app(SERVICE, [], { command: foreign })])), {
      name: 'TaskStartFailure',
      stoppedReason: 'ResourceInitializationError: the task cannot be isolated from other local processes',
      message: /no network namespaces \(this test says so\).*"app".*--runtime docker.*--expose-tasks/s,
    });
  });

  test('is started in the open with --expose-tasks, on a free port where a variable tells it, and the banner says so', async () => {
    await using it = await bench({ kind: 'none', why: 'this test says so' }, true);
    assert.match(it.runtime.description, /EXPOSED to all local processes \(--expose-tasks\)/);
    const command = ['/bin/sh', '-c', `env -u NODE_OPTIONS "${process.execPath}" app.cjs "$PORT"`];
    const specs = [1, 2].map(() => taskOf([it.app(SERVICE, [], { command: ['env', ...command] }, { PORT: '8080' })]));
    const tasks = await Promise.all(specs.map((spec) => it.runtime.start(spec)));
    for (const task of tasks) assert.equal((await get(task, 8080)).status, 200);
  });

  test('on a fixed port can be in the open once only', async () => {
    await using it = await bench({ kind: 'none', why: 'this test says so' }, true);
    const port = await freePort();
    const start = () =>
      it.runtime.start(taskOf([it.app(SERVICE, [], { command: [...foreign.slice(0, 5), String(port)] })], { ports: [port] }));
    const first = await start();
    assert.equal((await get(first, port)).status, 200);
    await assert.rejects(start(), { name: 'TaskStartFailure', message: new RegExp(`fixed port ${port}.*desired count to 1`) });
    await first.stop(atOnce);
  });
});

test('An image that is no asset needs Docker', async () => {
  await using it = await bench({ kind: 'none', why: '' });
  await assert.rejects(it.runtime.start(taskOf([container(undefined)])), {
    stoppedReason: /^CannotPullContainerError: nginx:1\.27/,
    message: /--runtime docker/,
  });
});

test('A start that fails half-way ends what was started', async () => {
  await using it = await bench({ kind: 'none', why: '' });
  const files = { Dockerfile: 'FROM node\nCOPY tool /\nCMD ["/tool"]', tool: '#!/no/such/node\n' };
  const image = imageOf(join(it.directory, 'context'), files);
  chmodSync(join(it.directory, 'context/tool'), 0o755);
  const spec = taskOf([it.app(STUBBORN, []), container(image, { name: 'second' })]);
  await assert.rejects(it.runtime.start(spec), { stoppedReason: /^CannotStartContainerError: spawn .*ENOENT/ });
  assert.equal(readFileSync(join(it.directory, '.s3m/tasks.json'), 'utf8'), '[]');
  assert.deepEqual(await processesWith(`${it.directory}/.s3m/tasks/${spec.id.slice(0, 8)}`), []);
});

test(
  'A namespace that cannot be made fails the start, with what the tool said, and leaves nothing',
  { skip: found.kind === 'none' },
  async () => {
    const tools = { kind: 'user-namespace', unshare: '/bin/false', nsenter: '/bin/false', ip: '/bin/false' } as const;
    await using it = await bench({ kind: 'user-namespace', tools });
    await using outlet = await outletTo('127.0.0.1', 4566, 'endpoint');
    await assert.rejects(it.runtime.start(taskOf([it.app(STUBBORN, [])], { outlets: [outlet] })), {
      name: 'TaskStartFailure',
      stoppedReason: 'ResourceInitializationError: unshare ended with exit code 1',
    });
    assert.equal(readFileSync(join(it.directory, '.s3m/tasks.json'), 'utf8'), '[]');
  },
);

test('A start that is under way when the runtime is closed does not outlive it', async () => {
  const it = await bench(found);
  const starting = it.runtime.start(taskOf([it.app(STUBBORN, [])])).then(
    (task) => task.exited,
    () => undefined,
  );
  await it[Symbol.asyncDispose]();
  const exit = await starting;
  assert.ok(exit === undefined || exit.signal === 'SIGKILL');
  assert.deepEqual(await processesWith(it.directory), []);
});

test('A working directory that is not there is made in the image, and refused when the Metadata names it', async () => {
  await using it = await bench({ kind: 'none', why: '' });
  const task = await it.runtime.start(
    taskOf([it.app(SERVICE, ['8080'], { workingDirectory: '/var/work', command: ['node', '/app/app.cjs', '8080'] })]),
  );
  assert.match((await get(task, 8080, '/identity')).body, /\/var\/work"/);
  const local = { directory: 'none' };
  await assert.rejects(it.runtime.start(taskOf([it.app(SERVICE, [], { local })])), { message: /directory "none".*is not there/s });
});
