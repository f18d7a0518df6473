import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSmallSystem } from '../engine/small-system.ts';
import { projectOf } from './command.ts';
import { describeKilledDeployments } from './killed-deployment.ts';
import { assertNothingLeft, processesOf } from './project-processes.ts';

const marker = 's3m-endless-build';

describeKilledDeployments('as processes', process.platform !== 'linux' && 'needs /proc', () => {
  const project = projectOf();
  const { path } = project;
  const commandOf = (pid: number): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    } catch {
      return '';
    }
  };
  return Promise.resolve({
    directory: path,
    runtime: 'process',
    endlessBuild: { metadata: { S3M: { build: `sleep 600 & sleep 600 # ${marker}` } } },
    isBuilding: () =>
      Promise.resolve(processesOf(path).some((pid) => commandOf(pid).startsWith('sleep\u0000600') || commandOf(pid).includes(marker))),
    write: (options) => void writeSmallSystem(path, options),
    // The engine's own process is none of a task.
    alive: () =>
      Promise.resolve(
        processesOf(path)
          .filter((pid) => !/\0up\0/.test(commandOf(pid)))
          .map(String),
      ),
    assertNothingLeft: () => {
      assertNothingLeft(path);
      const drafts = readdirSync(join(path, '.s3m', 'images')).filter((name) => name.includes('.'));
      assert.deepEqual(drafts, []);
      assert.deepEqual(JSON.parse(readFileSync(join(path, '.s3m', 'tasks.json'), 'utf8')), []);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(project[Symbol.dispose]()),
  });
});
