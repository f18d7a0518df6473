import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseEnvironmentFile } from '../../../src/services/ecs/environment-files.ts';
import { taskDefinition } from '../../../src/services/ecs/task-definition.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext } from '../fake-account.ts';
import { ecsBench, fargateTask, type EcsBench } from './ecs-bench.ts';

const FILES = (...keys: readonly string[]): Properties => ({
  EnvironmentFiles: keys.map((key) => ({ Type: 's3', Value: `arn:aws:s3:::settings/${key}` })),
});

function fill(bench: EcsBench, objects: Readonly<Record<string, string>>): void {
  const object = (key: string): { readonly body: Buffer } | undefined =>
    objects[key] === undefined ? undefined : { body: Buffer.from(objects[key]) };
  bench.account.directory.provide('bucket', 'settings', {
    name: 'settings',
    get: (key: string) => object(key),
    keys: () => Object.keys(objects),
  } as never);
}

describe('environment files (ECS-022)', () => {
  it('have a variable a line; comments and other lines are none, quotes belong to the value', () => {
    assert.deepEqual(parseEnvironmentFile('# x\nA=1\r\n\nB="two=2"\nno\n=3\n C=\n'), [
      ['A', '1'],
      ['B', '"two=2"'],
      ['C', ''],
    ]);
  });

  it('are read from the bucket; the first of several counts, and the environment of the definition above all', async () => {
    await using bench = await ecsBench();
    fill(bench, { 'a.env': 'ONE=a\nTWO=a\n', 'b.env': 'TWO=b\nTHREE=b\n' });
    const definition = await bench.define({ ...FILES('a.env', 'b.env'), Environment: [{ Name: 'ONE', Value: 'own' }] });
    await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const { ONE, TWO, THREE } = bench.runtime.alive[0]!.spec.containers[0]!.environment;
    assert.deepEqual([ONE, TWO, THREE], ['own', 'a', 'b']);
  });

  it('that are file assets of the application are read from there (CFN-054)', async () => {
    await using bench = await ecsBench();
    const path = join(bench.account.stateDirectory, 'asset.env');
    writeFileSync(path, 'ONE=asset\n');
    const assets = { 'settings/a.env': { path, packaging: 'file' as const, hash: 'a' } };
    const properties = fargateTask(FILES('a.env'));
    const definition = await taskDefinition.create(createContext(bench.account, taskDefinition, { logicalId: 'Task', properties, assets }));
    // What was deployed is what tasks get, whatever becomes of the file.
    writeFileSync(path, 'ONE=later\n');
    await bench.create(bench.properties(definition, { DesiredCount: 1 }));
    await bench.clock.advance(10);
    assert.equal(bench.runtime.alive[0]!.spec.containers[0]!.environment['ONE'], 'asset');
  });

  it('that are missing fail the start', async () => {
    await using bench = await ecsBench();
    fill(bench, {});
    const service = await bench.create(bench.properties(await bench.define(FILES('a.env')), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const [task] = bench.view(service).tasks;
    assert.equal(task!.stopCode, 'TaskFailedToStart');
    assert.match(task!.stoppedReason!, /^ResourceInitializationError: failed to download env files: .*NoSuchKey/);
  });

  it('are at most ten objects of S3 whose names end with .env', () => {
    const found = (container: Properties): number => taskDefinition.check!(fargateTask(container), {}).length;
    assert.equal(found(FILES('a.env')), 0);
    assert.equal(found(FILES('a.txt')), 1);
    assert.equal(found(FILES(...Array.from({ length: 11 }, (_, index) => `${index}.env`))), 1);
    assert.equal(found({ EnvironmentFiles: [{ Type: 'http', Value: 'arn:aws:s3:::settings/a.env' }] }), 1);
    assert.equal(found({ EnvironmentFiles: [{ Type: 's3', Value: 'unresolved:Bucket.Arn/a.env' }] }), 0);
  });
});
