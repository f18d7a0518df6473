import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { ensureSiteBuilt } from '../src/site-build.ts';
import { createProject, type Project } from './project.ts';

/** Each build adds a line. */
const command = 'mkdir -p dist/web && echo built >> dist/web/index.html';

function builds(project: Project): number {
  return readFileSync(project.path('web/dist/web/index.html'), 'utf8').split('\n').length - 1;
}

function ensure(project: Project, by = command): void {
  ensureSiteBuilt(project.path('web/dist/web'), { directory: project.path('web'), command: by });
}

test('the front end is built when it is missing or its sources have changed, and not otherwise', () => {
  using project = createProject();
  project.write('web/src/main.ts', '1');
  project.write('package-lock.json', '{}');
  ensure(project);
  ensure(project);
  assert.equal(builds(project), 1);
  for (const [file, count] of [
    ['web/src/main.ts', 2],
    ['web/src/new.ts', 3],
    ['package-lock.json', 4],
    ['web/node_modules/a.js', 4],
    ['web/.angular/cache', 4],
    ['web/dist/other', 4],
  ] as const) {
    project.write(file, '2');
    ensure(project);
    assert.equal(builds(project), count, file);
  }
  ensure(project, `${command} `);
  assert.equal(builds(project), 5, 'another command');
  rmSync(project.path('web/dist'), { recursive: true });
  ensure(project);
  assert.equal(builds(project), 1);
});

test('a build that failed is tried again', () => {
  using project = createProject();
  project.write('web/src/main.ts', '1');
  ensure(project);
  project.write('web/src/main.ts', '2');
  assert.throws(
    () => ensure(project, 'exit 3'),
    /"exit 3" in .*web ended with exit code 3. Build it yourself to see more: cd .*web && exit 3/,
  );
  ensure(project);
  assert.equal(builds(project), 2);
});

test('a front end that can not be had stops synthesis and says what to do', () => {
  using project = createProject();
  assert.throws(() => ensureSiteBuilt(project.path('site'), undefined), /The front end is not built: .*index\.html is missing. Build it/);
  assert.throws(() => ensure(project), /sources are missing/);
  project.write('web/src/main.ts', '1');
  assert.throws(() => ensure(project, 'true'), /left no .*index\.html/);
  assert.ok(!existsSync(project.path('web/dist')));
  project.write('site/index.html', '');
  ensureSiteBuilt(project.path('site'), undefined);
});
