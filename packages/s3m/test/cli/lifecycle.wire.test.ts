import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, connect, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { serverOf, writeSmallSystem } from '../engine/small-system.ts';
import { program } from './built-program.ts';
import { assertNothingLeft } from './project-processes.ts';
import { Command, failingUp, freePorts, ownPorts, projectOf, runCommand } from './command.ts';

const up = ['up', '--app', 'cdk.out', '--json', '--no-watch'];

function smallProject(desired = 1): ReturnType<typeof projectOf> {
  const project = projectOf();
  writeSmallSystem(project.path, { desired });
  return project;
}

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function holdPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Asks again until the answer is as wanted. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
  }
}

describe('the life of a running system', { concurrency: 2 }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} stops it: exit code 0, the event stopped, and no process, port, socket or run file is left`, async () => {
      using project = smallProject();
      await using command = new Command(project.path, [...up, ...ownPorts()]);
      const { endpoints } = await command.ready();
      const url = endpoints.apis['Api']!.stages['prod']!;
      assert.equal(await (await fetch(`${url}/hello`)).text(), 'one');
      command.child.kill(signal);
      const { code, stderr } = await command.ended;
      assert.equal(code, 0, stderr);
      assert.equal(command.events.at(-1)?.event, 'stopped');
      assert.deepEqual(command.strays, []);
      assertNothingLeft(project.path);
      assert.deepEqual([await answers(url), await answers(endpoints.aws)], [false, false]);
    });
  }

  test('a signal while it starts ends with exit code 130 and leaves nothing', async () => {
    using project = smallProject();
    await using command = new Command(project.path, [...up, ...freePorts]);
    await command.event('task');
    command.child.kill('SIGINT');
    assert.equal((await command.ended).code, 130);
    assertNothingLeft(project.path);
  });

  test('a signal while a service is waited for, or while the app synthesizes, is not put off until that is over', async () => {
    using project = smallProject();
    writeFileSync(join(project.path, 'app.mjs'), 'console.log("thinking"); setInterval(() => {}, 1000);\n');
    writeSmallSystem(project.path, { server: serverOf('one', 9090) });
    await using waiting = new Command(project.path, [...up, ...freePorts, '--time-scale', '1']);
    await waiting.event('task', ({ status }) => status === 'RUNNING');
    waiting.child.kill('SIGTERM');
    assert.equal((await waiting.ended).code, 130);
    // It would have become unhealthy after ten seconds, had it been waited for.
    assert.ok(!waiting.events.some((event) => event.event === 'failed' || (event.event === 'target' && event.state === 'unhealthy')));
    assertNothingLeft(project.path);
    await using synthesizing = new Command(project.path, ['up', '--app', 'node app.mjs', '--json', ...freePorts]);
    await synthesizing.event('progress', ({ message }) => message === 'thinking');
    synthesizing.child.kill('SIGTERM');
    assert.equal((await synthesizing.ended).code, 130);
    assertNothingLeft(project.path);
  });

  test('exec starts the system, gives its command the URLs, ends with its exit code and leaves nothing', async () => {
    using project = smallProject();
    const script = 'fetch(process.env.S3M_URL_API_PROD + "/hello").then((r) => r.text()).then((t) => { console.log(t); process.exit(7); })';
    const { code, stdout } = await runCommand(project.path, [
      'exec',
      '--app',
      'cdk.out',
      ...freePorts,
      '--',
      process.execPath,
      '-e',
      script,
    ]);
    assert.deepEqual([code, stdout], [7, 'one\n']);
    assertNothingLeft(project.path);
    await using command = new Command(project.path, [
      'exec',
      '--app',
      'cdk.out',
      ...freePorts,
      '--',
      'sh',
      '-c',
      'echo runs >&2; exec sleep 60',
    ]);
    await command.says('runs\n');
    command.child.kill('SIGTERM');
    assert.equal((await command.ended).code, 128 + 15);
    assertNothingLeft(project.path);
  });

  test('a second up in the project is told which process runs, and the first goes on', async () => {
    using project = smallProject();
    await using command = new Command(project.path, [...up, ...freePorts]);
    const { endpoints } = await command.ready();
    const { problems, code } = await failingUp(project.path, ['--app', 'cdk.out']);
    assert.equal(code, 1);
    assert.deepEqual(problems, [
      {
        code: 'AlreadyRunning',
        message: `S3M already runs in this project (process ${command.pid})`,
        fix: `Use it (s3m ps), or stop it with Ctrl-C in its terminal or: kill ${command.pid}`,
        fault: 'user',
      },
    ]);
    assert.equal(await (await fetch(`${endpoints.apis['Api']!.stages['prod']}/hello`)).text(), 'one');
    assert.equal((await runCommand(project.path, ['ps'])).code, 0);
  });

  test('an engine that was killed is taken over: the next start removes its tasks and answers at the same URL', async () => {
    using project = smallProject();
    await using command = new Command(project.path, [...up, ...ownPorts()]);
    const { endpoints } = await command.ready();
    command.child.kill('SIGKILL');
    await command.ended;
    assert.ok(existsSync(join(project.path, '.s3m', 'run.json')));
    assert.match((await runCommand(project.path, ['ps'])).stderr, /S3M does not run in/);
    await using next = new Command(project.path, up);
    assert.deepEqual((await next.ready()).endpoints.apis, endpoints.apis);
    const notices = next.events.flatMap((event) => (event.event === 'problem' ? [event.message] : []));
    assert.ok(
      notices.some((message) => message.startsWith('Removed what an engine that was killed left behind: ')),
      notices.join('\n'),
    );
    next.child.kill('SIGTERM');
    assert.equal((await next.ended).code, 0);
    assertNothingLeft(project.path);
  });

  test('an explicit port in use is an error that names the holder', async () => {
    using project = smallProject(0);
    await using held = await holdPort();
    const args = ['--app', 'cdk.out', '--json', '--no-watch', '--port', 'aws=0', '--port', `api=${held.port}`];
    await using command = new Command(project.path, ['up', ...args]);
    const { code } = await command.ended;
    assert.equal(code, 1);
    const { problems } = await command.event('failed');
    assert.equal(problems[0]?.code, 'PortInUse');
    assert.match(problems[0].message, new RegExp(`Port ${held.port} for api is taken by process ${process.pid} \\(`));
    assert.equal(problems[0].fix, 'Stop it, or choose another port: --port api=N');
    assert.deepEqual([command.events.at(-1)?.event, command.events.some(({ event }) => event === 'stopped')], ['failed', false]);
    assertNothingLeft(project.path);
  });

  test('a port that was its own and is now in use makes it move, and it says from where, to where and who holds it', async () => {
    using project = smallProject(0);
    await using held = await holdPort();
    mkdirSync(join(project.path, '.s3m'));
    writeFileSync(join(project.path, '.s3m', 'ports.json'), JSON.stringify({ 'api:Api': held.port }));
    await using command = new Command(project.path, [...up, '--port', 'aws=0']);
    const url = (await command.ready()).endpoints.apis['Api']!.stages['prod']!;
    assert.notEqual(new URL(url).port, String(held.port));
    const moved = command.events.flatMap((event) => (event.event === 'problem' ? [event.message] : []));
    assert.ok(
      moved.some(
        (message) =>
          message.startsWith(`Port ${held.port} is taken by process ${process.pid} (`) && message.includes('The API Api is on port'),
      ),
      moved.join('\n'),
    );
  });

  test('Docker asked for but absent is told with where it was looked for and what works without it', async () => {
    using project = smallProject();
    const socket = join(project.path, 'docker.sock');
    const { problems, code } = await failingUp(project.path, ['--app', 'cdk.out', '--runtime', 'docker'], {
      DOCKER_HOST: `unix://${socket}`,
    });
    assert.equal(code, 1);
    assert.deepEqual(
      problems.map(({ code: kind, fault }) => [kind, fault]),
      [['DockerAbsent', 'user']],
    );
    const { message = '', fix = '' } = problems[0] ?? {};
    assert.ok(message.startsWith(`Docker is asked for (--runtime docker), but the Docker engine at ${socket} does not answer`), message);
    assert.match(fix, /Without Docker: --runtime process/);
    assertNothingLeft(project.path);
  });

  test('a killed task is replaced, and the log tells how it ended', async () => {
    using project = smallProject(2);
    await using command = new Command(project.path, [...up, ...freePorts]);
    const { endpoints } = await command.ready();
    const view = JSON.parse((await runCommand(project.path, ['ps', '--json'])).stdout) as {
      services: { tasks: { id: string; local: string[] }[] }[];
    };
    const [task] = view.services[0]!.tasks;
    process.kill(Number(task!.local[0]!.replace('process ', '')), 'SIGKILL');
    const { reason } = await command.event('task', (event) => event.task === task!.id && event.reason?.includes('SIGKILL') === true);
    assert.match(reason ?? '', /killed by SIGKILL/);
    const known = new Set(view.services[0]!.tasks.map(({ id }) => id));
    await command.event('task', (event) => !known.has(event.task) && event.status === 'RUNNING');
    assert.equal(await (await fetch(`${endpoints.apis['Api']!.stages['prod']}/hello`)).text(), 'one');
    const shown = await until(
      async () => (await runCommand(project.path, ['ps'])).stdout,
      (text) => text.includes('stopped 1 (why: s3m ps --all)'),
    );
    assert.ok(!shown.includes('STOPPED'), shown);
    assert.ok(shown.includes(`AWS       ${endpoints.aws}`) && shown.includes(`issuer    ${endpoints.issuer}`), shown);
    const all = (await runCommand(project.path, ['ps', '--all'])).stdout;
    assert.match(all, /STOPPED .*Essential container in task exited/);
  });

  test(
    'a full disk is told as such and leaves no half-written file',
    { skip: canMount() ? false : 'needs root and a mount namespace for a small tmpfs' },
    async () => {
      using project = smallProject();
      // In a mount namespace of its own, so that nothing stays mounted whatever happens.
      const script = `mount -t tmpfs -o size=64k tmpfs "$1/.s3m" && head -c 100000 /dev/zero > "$1/.s3m/fill" 2>/dev/null; shift; "$@"; code=$?; ls "$PWD/.s3m"; exit $code`;
      mkdirSync(join(project.path, '.s3m'));
      const full = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', script, 'sh', project.path, process.execPath, program, 'up', '--app', 'cdk.out', '--no-watch', ...freePorts],
        { cwd: project.path, encoding: 'utf8', timeout: 20_000, env: { ...process.env, NO_COLOR: '1' } },
      );
      assert.equal(full.status, 1, full.stderr);
      assert.match(full.stderr, /^error No space is left on the disk: ENOSPC.* \[DiskFull\]\n {6}fix Free some space/m);
      assert.equal(full.stdout, 'fill\n');
    },
  );
});

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
