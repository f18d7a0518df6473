'use strict';
// Plain JavaScript for any Node: installs the locked dependencies when they are missing or stale.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
const stamp = join(root, 'node_modules', '.s3m-installed');
/** Outside of the tree, which `npm ci` empties: the process id of who installs. */
const lock = join(tmpdir(), `s3m-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);

/** Runs `npm ci` unless the lockfile is the one that was installed last; of several at once one installs and the others wait. Ends the process when it fails. */
exports.ensureInstalled = function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
  if (isInstalled(wanted)) return;
  takeLock();
  try {
    if (isInstalled(wanted)) return;
    install();
    writeFileSync(stamp, wanted);
  } finally {
    rmSync(lock, { force: true });
  }
};

function isInstalled(wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

function takeLock() {
  for (let told = false; ;) {
    try {
      return writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderRuns()) rmSync(lock, { force: true });
    else if (!told) {
      told = true;
      process.stderr.write('Another command installs the dependencies; waiting for it\n');
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

/** False when the holder was killed: then its lock is nobody's. */
function holderRuns() {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
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
    rmSync(lock, { force: true });
    process.exit(1);
  }
}
