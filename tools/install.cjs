'use strict';
// Plain JavaScript for any Node: installs the locked dependencies when they are missing or stale.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');
const stamp = join(root, 'node_modules', '.s3m-installed');

/** Runs `npm ci` unless the lockfile is the one that was installed last. Ends the process when it fails. */
exports.ensureInstalled = function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Installing the locked dependencies (once, about a minute)\n');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell: npm === undefined && process.platform === 'win32' };
  const isScript = npm !== undefined && /\.[cm]?js$/.test(npm);
  const result = isScript ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options);
  if (result.status !== 0) {
    process.stderr.write(
      `Could not install the dependencies: ${result.error === undefined ? `npm ended with ${result.status}` : result.error.message}\nfix: run "npm ci" in ${root} and see what it says\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
};
