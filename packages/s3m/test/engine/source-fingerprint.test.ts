import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fingerprintSources } from '../../src/engine/source-fingerprint.ts';

/** An application with a package that is linked into its node_modules, as workspaces do. */
function application(t: TestContext): { readonly app: string; readonly linked: string } {
  const root = mkdtempSync(join(tmpdir(), 's3m-sources-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const app = join(root, 'app');
  const linked = join(root, 'linked');
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  mkdirSync(join(app, 'cdk.out'));
  mkdirSync(linked);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ dependencies: { linked: '*' } }));
  writeFileSync(join(app, 'app.ts'), 'one');
  writeFileSync(join(linked, 'index.ts'), 'one');
  symlinkSync(linked, join(app, 'node_modules', 'linked'));
  return { app, linked };
}

test('an unchanged application has the same fingerprint', (t) => {
  const { app } = application(t);
  assert.equal(fingerprintSources(app), fingerprintSources(app));
});

test('a change of a source, a new file, and a change in a linked package are each seen', (t) => {
  const { app, linked } = application(t);
  const seen = new Set([fingerprintSources(app)]);
  writeFileSync(join(app, 'app.ts'), 'longer');
  seen.add(fingerprintSources(app));
  writeFileSync(join(app, 'new.ts'), '');
  seen.add(fingerprintSources(app));
  writeFileSync(join(linked, 'index.ts'), 'longer');
  seen.add(fingerprintSources(app));
  assert.equal(seen.size, 4);
});

test('a log that grows in the folder is no change', (t) => {
  const { app } = application(t);
  const before = fingerprintSources(app);
  writeFileSync(join(app, 'npm-debug.log'), 'line');
  assert.equal(fingerprintSources(app), before);
});

test('what tools write (node_modules, cdk.out) is no change', (t) => {
  const { app } = application(t);
  const before = fingerprintSources(app);
  writeFileSync(join(app, 'cdk.out', 'manifest.json'), '{}');
  writeFileSync(join(app, 'node_modules', 'x.js'), '');
  assert.equal(fingerprintSources(app), before);
});
