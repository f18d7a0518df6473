import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib/core';
import { bundleAuthorizer } from '../src/authorizer-bundle.ts';
import { createProject, type Project } from './project.ts';

/** The code that would be uploaded, and its hash. */
function bundle(project: Project, entry: string): { readonly hash: string; readonly code: string; readonly files: readonly string[] } {
  const app = new App({ builtinCloudFormationValidation: false, outdir: project.path(`out-${Math.random()}`) });
  const stack = new Stack(app, 'Stack');
  bundleAuthorizer(entry, 'node24', (code) => code.bind(stack));
  const [asset, ...others] = readdirSync(app.synth().directory).filter((name) => name.startsWith('asset.'));
  assert.ok(asset !== undefined && others.length === 0);
  return { hash: asset, files: readdirSync(join(app.outdir, asset)), code: readFileSync(join(app.outdir, asset, 'index.mjs'), 'utf8') };
}

test('the same source gives the same bytes and the same hash, wherever it lies', () => {
  using one = createProject();
  using two = createProject();
  const source = 'import { rule } from "./rule.ts";\nexport const handler = async (): Promise<string> => rule();\n';
  const entries = [one, two].map((project) => {
    project.write('deep/rule.ts', 'export const rule = (): string => import.meta.url.slice(0, 4);\n');
    return project.write('deep/index.ts', source);
  });
  const [first, second] = [bundle(one, entries[0] ?? ''), bundle(two, entries[1] ?? '')];
  assert.equal(first.hash, second.hash);
  assert.equal(first.code, second.code);
  assert.deepEqual(first.files, ['index.mjs']);
  one.write('deep/rule.ts', 'export const rule = (): string => "changed";\n');
  assert.notEqual(bundle(one, entries[0] ?? '').hash, first.hash);
});

test('a source that is missing or does not compile stops synthesis with its name', () => {
  using project = createProject();
  assert.throws(() => bundle(project, project.path('nothing.ts')), /There is no authorizer at .*nothing\.ts/);
  assert.throws(
    () => bundle(project, project.write('broken.ts', 'export const = 1;\n')),
    /broken\.ts does not compile:[^]*broken\.ts:1:13/,
  );
  assert.throws(() => bundle(project, project.write('lost.ts', 'import "./lost-too.ts";\n')), /lost-too/);
});
