'use strict';
// Plain JavaScript for any Node: which file the launcher runs.
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync, readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Absolute path of the program. In a clone of the repository what it loads is built anew when a source differs from those it was built of;
 * a published package has nothing to build. Ends the process when the build fails.
 */
exports.builtProgram = function builtProgram(home, node) {
  const program = join(home, 'bin', 'entry.mjs');
  const sources = join(home, 'src');
  const builder = join(home, '..', '..', 'tools', 'build.ts');
  if (!existsSync(sources) || !existsSync(builder)) return program;
  const fingerprint = [fileMark(builder), ...treeMarks(sources)].join('\n');
  if (existsSync(join(home, 'dist', 'main.mjs')) && readText(join(home, 'dist', 'built-of')) === fingerprint) return program;
  const { status } = spawnSync(node, [builder], { input: fingerprint, stdio: ['pipe', 2, 2] });
  if (status !== 0) process.exit(1);
  return program;
};

/** Name, size and time of each file below `directory`. */
function treeMarks(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? treeMarks(path) : [fileMark(path)];
  });
}

function fileMark(path) {
  const { size, mtimeMs } = statSync(path);
  return `${path} ${size} ${mtimeMs}`;
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
