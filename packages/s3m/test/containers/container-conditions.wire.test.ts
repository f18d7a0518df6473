import assert from 'node:assert/strict';
import { bench } from './process-bench.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { processesWith } from '../../src/containers/process-table.ts';
import { probeNamespaces, type NamespaceProbe } from '../../src/containers/probe-namespaces.ts';
import { TaskStartFailure, type ContainerSpec } from '../../src/containers/task-runtime.ts';
import { never, taskOf, until } from './task-fixture.ts';
import { SERVICE } from './task-programs.ts';

const found = await probeNamespaces();
const NONE: NamespaceProbe = { kind: 'none', why: 'this test says so' };
const CHECK = { intervalMs: 50, timeoutMs: 5000, retries: 2, startPeriodMs: 0 };
const ASKS = `fetch('http://localhost:8080/').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(2))`;

for (const namespaces of found.kind === 'none' ? [NONE] : [found, NONE]) {
  describe(`Containers that are processes (${namespaces.kind})`, () => {
    test('A health check runs inside the task: it reaches the port that no other process reaches', async () => {
      await using it = await bench(namespaces);
      const app = it.app(SERVICE, ['8080'], { healthCheck: { ...CHECK, retries: 100, command: ['CMD', 'node', '-e', ASKS] } });
      let changes = 0;
      const task = await it.runtime.start({ ...taskOf([app]), healthChanged: () => changes++ });
      await until(() => task.health()[0]?.status === 'HEALTHY', 'a good check');
      assert.equal(changes, 1);
      await task.stop(never);
    });

    test('A check that fails or takes too long makes the container UNHEALTHY, and nothing of it is left', async () => {
      await using it = await bench(namespaces);
      const app = it.app(SERVICE, ['8080'], {
        healthCheck: { ...CHECK, timeoutMs: 100, command: ['CMD-SHELL', 'echo "waiting for nothing"; sleep 30'] },
      });
      const spec = taskOf([app]);
      const task = await it.runtime.start(spec);
      await until(() => task.health()[0]?.status === 'UNHEALTHY', 'two bad checks');
      assert.match(task.health()[0]?.failure ?? '', /^its health check ".*" takes longer than 0\.1 s \(/);
      await task.stop(never);
      assert.deepEqual(await processesWith(`/${spec.id.slice(0, 8)}/`), []);
    });

    test('What its processes use of processor and memory is told', async () => {
      await using it = await bench(namespaces);
      const task = await it.runtime.start(taskOf([it.app('while (process.cpuUsage().user < 300_000); setInterval(() => {}, 1000)', [])]));
      await until(async () => ((await task.usage())[0]?.cpuMs ?? 0) >= 200, 'two tenths of a second of work');
      const [usage] = await task.usage();
      assert.equal(usage?.container, 'app');
      assert.ok(usage.memoryBytes > 10_000_000, String(usage.memoryBytes));
      await task.stop(() => Promise.resolve());
    });

    test('Two containers share a volume that their variables and words name, and it goes with the task (ECS-023)', async () => {
      await using it = await bench(namespaces);
      const mountPoints = [{ containerPath: '/data', readOnly: false, sourceVolume: 'shared' }];
      const writer = it.app("require('node:fs').writeFileSync(process.argv[2], process.pid + ' wrote')", ['/data/note'], {
        name: 'writer',
        essential: false,
        mountPoints,
      });
      const reader = it.app(
        "console.log(require('node:fs').readFileSync(process.env.DATA + '/note', 'utf8').split(' ')[1], process.env.DATA); setInterval(() => {}, 1000)",
        [],
        { dependsOn: [{ containerName: 'writer', condition: 'SUCCESS' }], mountPoints },
        { DATA: '/data' },
      );
      const spec = taskOf([reader, writer]);
      const task = await it.runtime.start(spec);
      await until(() => spec.lines.length > 0, 'the reader');
      const [, word, directory = ''] = spec.lines[0]!.split(' ');
      assert.equal(word, 'wrote');
      assert.equal(existsSync(directory), true);
      await task.stop(() => Promise.resolve());
      assert.equal(existsSync(directory), false);
    });

    test('The limit of open files is that of the definition (ECS-019)', async () => {
      await using it = await bench(namespaces);
      const spec = taskOf([
        it.app(
          "console.log(require('node:fs').readFileSync('/proc/self/limits', 'utf8').match(/open files +(\\d+) +(\\d+)/).slice(1).join(' '))",
          [],
          {
            openFiles: { soft: 512, hard: 1024 },
          },
        ),
      ]);
      const task = await it.runtime.start(spec);
      await task.exited;
      // Node raises its own soft limit to the hard one.
      assert.match(spec.lines[0]!, /^app: (512|1024) 1024$/);
      await task.stop(never);
    });

    test('A container waits for the good end of another; a bad end makes the task fail', async () => {
      await using it = await bench(namespaces);
      const mark = join(it.directory, 'done');
      const job = (code: number): ContainerSpec =>
        it.app(`setTimeout(() => { require('node:fs').writeFileSync(process.argv[2], ''); process.exit(${code}); }, 300)`, [mark], {
          name: 'job',
          essential: false,
        });
      const app = it.app(SERVICE, ['8080'], { dependsOn: [{ containerName: 'job', condition: 'SUCCESS' }] });
      const task = await it.runtime.start(taskOf([app, job(0)]));
      assert.equal(task.local.length, 1, 'only the job runs');
      assert.equal(existsSync(mark), false);
      await task.started;
      assert.equal(existsSync(mark), true);
      assert.equal(task.local.length, 2);
      await task.stop(never);
      const bad = await it.runtime.start(taskOf([app, job(4)]));
      await assert.rejects(
        bad.started,
        (error: unknown) => error instanceof TaskStartFailure && /ended \(exit code 4\)/.test(error.message),
      );
      await bad.stop(never);
    });

    test('A task that is stopped while a container waits starts nothing more', async () => {
      await using it = await bench(namespaces);
      const app = it.app(SERVICE, ['8080'], { dependsOn: [{ containerName: 'job', condition: 'COMPLETE' }] });
      const spec = taskOf([
        app,
        it.app('process.on("SIGTERM", () => process.exit(0)); console.log("up"); setInterval(() => {}, 1000)', [], {
          name: 'job',
          essential: false,
        }),
      ]);
      const task = await it.runtime.start(spec);
      await until(() => spec.lines.includes('job: up'), 'the job to run');
      await task.stop(never);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual(spec.lines, ['job: up']);
      assert.deepEqual(await processesWith(`/${spec.id.slice(0, 8)}/`), []);
    });
  });
}
