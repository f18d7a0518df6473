import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ProcessImages } from '../../src/containers/process-image.ts';
import { container, imageOf, temporaryDirectory } from './task-fixture.ts';

test('the package.json of the application does not say what a `.js` file of an image is, which has no other above it', async () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'package.json'), '{"type": "module"}');
  const files = {
    Dockerfile: 'FROM node:26-slim\nWORKDIR /app\nCOPY *.js .\nCMD ["node", "common.js"]\n',
    'common.js': 'console.log(typeof require)',
    'module.js': 'export const all = 1; console.log(typeof import.meta)',
  };
  const spec = container(imageOf(join(directory.path, 'context'), files));
  const { root } = await new ProcessImages(join(directory.path, '.s3m')).prepare(spec.image!, undefined, () => {});
  const outputOf = (file: string): string => spawnSync(process.execPath, [join(root, 'app', file)], { encoding: 'utf8' }).stdout;
  assert.equal(outputOf('common.js'), 'function\n');
  assert.equal(outputOf('module.js'), 'object\n');
});
