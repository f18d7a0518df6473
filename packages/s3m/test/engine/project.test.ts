import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EngineFailure } from '../../src/engine/problem.ts';
import { findProject, stateDirectoryOf } from '../../src/engine/project.ts';

function folder(t: TestContext, files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 's3m-project-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof EngineFailure && error.problems[0]?.code === expected && error.problems[0].fix !== undefined;
}

test('the app of cdk.json is what runs, with its context', (t) => {
  const directory = folder(t, { 'cdk.json': '{"app": "node app.ts", "context": {"x": 1}}', 'cdk.context.json': '{"y": 2}' });
  const { source } = findProject({ directory });
  assert.equal(source.kind, 'app');
  assert.equal(source.kind === 'app' && source.command, 'node app.ts');
  assert.equal(source.kind === 'app' && source.context['x'], 1);
  assert.equal(source.kind === 'app' && source.context['y'], 2);
  assert.equal(source.kind === 'app' && source.context['aws:cdk:enable-path-metadata'], true);
});

test('--app takes a directory as an assembly and anything else as a command', (t) => {
  const directory = folder(t);
  mkdirSync(join(directory, 'cdk.out'));
  assert.deepEqual(findProject({ directory, app: 'cdk.out' }).source, { kind: 'assembly', path: join(directory, 'cdk.out'), directory });
  assert.equal(findProject({ directory, app: 'npx tsx app.ts' }).source.kind, 'app');
});

test('a folder without cdk.json, a missing template and a cdk.json without app each say what to do', (t) => {
  assert.throws(() => findProject({ directory: folder(t) }), code('NothingToRun'));
  assert.throws(() => findProject({ directory: folder(t), template: 'none.yaml' }), code('NoSuchFile'));
  assert.throws(() => findProject({ directory: folder(t, { 'cdk.json': '{}' }) }), code('NothingToRun'));
  assert.throws(() => findProject({ directory: folder(t, { 'cdk.json': '{' }) }), code('WrongUsage'));
  assert.throws(() => findProject({ directory: folder(t), template: 'a', app: 'b' }), code('WrongUsage'));
});

test('a template in another folder runs in the project of the current one, where the other verbs look for it', (t) => {
  const directory = folder(t);
  mkdirSync(join(directory, 'infra'));
  writeFileSync(join(directory, 'infra', 'a.yaml'), '');
  const found = findProject({ directory, template: 'infra/a.yaml' });
  assert.equal(found.stateDirectory, stateDirectoryOf(directory));
  assert.equal(found.source.directory, join(directory, 'infra'));
});
