import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killEngine } from '../containers/engine-process.ts';
import { until } from '../containers/task-fixture.ts';
import { serverOf, type SmallSystemOptions } from '../engine/small-system.ts';
import { Command, freePorts } from './command.ts';

/** A project whose engine is killed again and again. */
export interface KilledProject extends AsyncDisposable {
  readonly directory: string;
  readonly runtime: 'process' | 'docker';
  /** An image whose build does not end by itself. */
  readonly endlessBuild: SmallSystemOptions;
  isBuilding(): Promise<boolean>;
  write(options: SmallSystemOptions): void;
  /** Processes or containers of tasks, of whichever engine. */
  alive(): Promise<readonly string[]>;
  /** Checks, after the last engine has stopped in order, that nothing is left but what the next start may use. */
  assertNothingLeft(): Promise<void>;
}

/** Nobody answers its health check. */
const deaf: SmallSystemOptions = { server: serverOf('never', 8081) };

/** An engine that is killed in the middle of a deployment leaves nothing once another one has started, and stopped. */
export function describeKilledDeployments(how: string, skip: string | false, open: () => Promise<KilledProject>): void {
  test(`an engine that is killed in the middle of a deployment, with tasks ${how}`, { skip }, async (t) => {
    await using project = await open();
    const { directory, runtime } = project;
    const up = ['up', '--app', 'cdk.out', '--json', '--runtime', runtime, ...freePorts];

    /** Starts another engine that comes up, checks that nothing of the killed one is left, and stops it. */
    const comesUp = async (version: string, old: readonly string[], check: (next: Command) => void | Promise<void>): Promise<void> => {
      project.write({ server: serverOf(version) });
      await using next = new Command(directory, [...up, '--no-watch']);
      const { endpoints } = await next.ready();
      assert.equal(await (await fetch(`${endpoints.apis['Api']!.stages['prod']}/hello`)).text(), version);
      const now = await project.alive();
      assert.ok(now.length > 0);
      assert.deepEqual(
        now.filter((one) => old.includes(one)),
        [],
      );
      await check(next);
    };

    await t.test('while it builds an image: the build ends', async () => {
      project.write(project.endlessBuild);
      const command = new Command(directory, [...up, '--no-watch']);
      await until(() => project.isBuilding(), 'the build to run');
      await killEngine(command.child);
      await comesUp('one', [], () => until(async () => !(await project.isBuilding()), 'the build to end'));
    });

    await t.test('while its first tasks are not healthy yet: the next start removes them, says so, and comes up', async () => {
      project.write(deaf);
      const command = new Command(directory, [...up, '--no-watch']);
      await command.event('task', ({ status }) => status === 'RUNNING');
      await killEngine(command.child);
      await comesUp('one', await project.alive(), ({ events }) => {
        const told = events.flatMap((event) => (event.event === 'problem' ? [event.message] : []));
        assert.ok(
          told.some((message) => message.startsWith('Removed what an engine that was killed left behind: ')),
          told.join('\n'),
        );
      });
    });

    await t.test('while a rolling update has tasks of both versions: the next start removes them all, and comes up', async () => {
      project.write({ server: serverOf('one') });
      const command = new Command(directory, up);
      await command.ready();
      const known = new Set(command.events.flatMap((event) => (event.event === 'task' ? [event.task] : [])));
      project.write(deaf);
      await command.event('task', ({ status, task }) => status === 'RUNNING' && !known.has(task));
      await killEngine(command.child);
      await comesUp('two', await project.alive(), () => {});
    });

    assert.deepEqual(await project.alive(), []);
    await project.assertNothingLeft();
  });
}
