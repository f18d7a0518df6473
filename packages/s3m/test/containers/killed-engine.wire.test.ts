import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findSystemTool } from '../../src/containers/executable-path.ts';
import { createProcessRuntime } from '../../src/containers/process-runtime.ts';
import { processesWith } from '../../src/containers/process-table.ts';
import { killEngine, startEngine } from './engine-process.ts';
import { isAlive, temporaryDirectory, until } from './task-fixture.ts';

const linux = process.platform !== 'linux' && 'needs /proc';

test('What an engine that was killed leaves is removed by the next one', { skip: linux }, async () => {
  using directory = temporaryDirectory();
  const state = join(directory.path, '.s3m');
  const { engine, report } = await startEngine(['process', state, join(directory.path, 'context')]);
  const service = Number(report.local[0]?.split(' ')[1]);
  assert.deepEqual([service, report.child].map(isAlive), [true, true]);
  const [entry] = JSON.parse(readFileSync(join(state, 'tasks.json'), 'utf8')) as readonly { readonly directories: readonly string[] }[];
  const other = await createProcessRuntime({ stateDirectory: state, exposeTasks: false });
  assert.deepEqual(await other.cleanUp(), [], 'the task of an engine that runs is left alone');
  assert.ok(isAlive(service));
  await other.close();

  await killEngine(engine);
  if (findSystemTool('setpriv') !== undefined) await until(() => !isAlive(service), 'the service to end with its engine');
  const next = await createProcessRuntime({ stateDirectory: state, exposeTasks: false });
  const removed = await next.cleanUp();
  assert.equal(removed.length, 1);
  assert.match(removed[0] ?? '', /^task weather\/[0-9a-f]{8} \(process [\d, ]+\)$/);
  assert.deepEqual([service, report.child].map(isAlive), [false, false]);
  for (const left of entry?.directories ?? []) {
    assert.ok(!existsSync(left), `${left} is gone`);
    assert.deepEqual(await processesWith(`${left}/`), []);
  }
  assert.deepEqual(await next.cleanUp(), []);
  await next.close();
});

test(
  'An ordinary user has namespaces too',
  { skip: (userInfo().uid !== 0 || findSystemTool('setpriv') === undefined) && 'only root can become another user' },
  async () => {
    using directory = temporaryDirectory();
    const state = join(directory.path, 'state');
    mkdirSync(state);
    chmodSync(directory.path, 0o777);
    chmodSync(state, 0o777);
    const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'env', '-u', 'XDG_RUNTIME_DIR'];
    const { engine, report } = await startEngine(['process', state, join(directory.path, 'context')], prefix);
    assert.match(report.description, /own user and network namespace|no network namespaces here/);
    await killEngine(engine);
    const runtime = await createProcessRuntime({ stateDirectory: state, exposeTasks: false });
    assert.equal((await runtime.cleanUp()).length, 1);
    assert.ok(!isAlive(report.child));
    await runtime.close();
  },
);
