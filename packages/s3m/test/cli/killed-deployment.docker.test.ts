import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { dockerEngine, ensureBaseImage, BASE_IMAGE } from '../containers/base-image-fixture.ts';
import { killEngine } from '../containers/engine-process.ts';
import { until } from '../containers/task-fixture.ts';
import { dockerProject } from '../engine/docker-project.ts';
import { serverOf } from '../engine/small-system.ts';
import { Command, freePorts } from './command.ts';

const docker = await dockerEngine();
const up = ['up', '--app', 'cdk.out', '--json', '--no-watch', '--runtime', 'docker', ...freePorts];

async function networks(): Promise<readonly string[]> {
  return (await docker!.listNetworks()).map(({ Name }) => Name).sort();
}

describe('an engine that is killed in the middle of a deployment, in Docker', { skip: docker === undefined && 'no Docker engine' }, () => {
  test('leaves nothing once another one has started, and stopped', async (t) => {
    await ensureBaseImage(docker!);
    await using project = dockerProject(docker!);
    const before = await networks();
    const uploads = join(project.directory, '.s3m', 'registry', 'uploads');

    await t.test('while it builds: Docker ends the build, and removes its container', async () => {
      // What the step prints tells its container from those of others.
      const dockerfile = `FROM ${BASE_IMAGE}\nRUN ["node", "-e", "setTimeout(() => {}, 600000)", "${project.directory}"]\n`;
      project.write({ dockerfile });
      const building = async (): Promise<boolean> =>
        (await docker!.listContainers({ all: true })).some(({ Command: command }) => command.includes(project.directory));
      const command = new Command(project.directory, up);
      await until(building, 'the build to run');
      await killEngine(command.child);
      await until(async () => !(await building()), 'the build to end');
    });

    await t.test('while its tasks are not healthy yet: the next start removes them, says so, and comes up', async () => {
      // Nothing listens on the target's port.
      project.write({ server: serverOf('never', 8081) });
      const command = new Command(project.directory, up);
      await command.event('task', ({ status }) => status === 'RUNNING');
      await killEngine(command.child);
      assert.ok((await project.containers()).length >= 2, 'a task and its network');
      const old = new Set((await project.containers()).map(({ Id }) => Id));
      project.write({ server: serverOf('one') });
      await using next = new Command(project.directory, up);
      await next.ready();
      assert.ok(
        next.events.some(
          (event) =>
            event.event === 'problem' && event.message.startsWith('Removed what an engine that was killed left behind: container s3m-'),
        ),
      );
      const now = (await project.containers()).map(({ Id }) => Id);
      assert.deepEqual(
        now.filter((id) => old.has(id)),
        [],
      );
    });

    assert.deepEqual(await project.containers(), []);
    assert.deepEqual(await networks(), before);
    assert.deepEqual(readdirSync(uploads), []);
    const volumes = await docker!.listVolumes({ filters: JSON.stringify({ label: ['s3m.project'] }) });
    assert.deepEqual(
      (volumes.Volumes ?? []).filter(({ Labels }) => Labels?.['s3m.project'] === project.id),
      [],
    );
    assert.equal((await project.images()).length, 1, 'the image that runs now, for the next start');
  });
});
