#!/usr/bin/env node
'use strict';
// Hands over to a Node that is new enough; in a clone of the repository it installs what is missing first.
const { existsSync, realpathSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { findNode, oldest } = require('./find-node.cjs');
const { builtProgram } = require('./program.cjs');
const { endsWithLauncher, runUnder } = require('./run-under.cjs');

const home = dirname(dirname(realpathSync(__filename)));
const bootstrap = join(home, '..', '..', 'tools', 'install.cjs');
if (existsSync(bootstrap)) require(bootstrap).ensureInstalled();

const node = findNode(home);
if (node === undefined) {
  process.stderr.write(
    `s3m: Node ${oldest} or newer is needed, this is ${process.versions.node}.\nfix: install it, or add the package node-${process.platform}-${process.arch}\n`,
  );
  process.exit(1);
}
runUnder(node, [builtProgram(home, node), ...process.argv.slice(2)], endsWithLauncher);
