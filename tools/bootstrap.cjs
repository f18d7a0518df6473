'use strict';
// What `npm start` and `npm test` run. Plain JavaScript, because the machine's Node may be too old for the rest.
const { join } = require('node:path');
const { ensureInstalled } = require('./install.cjs');
const { findNode, oldest } = require('../packages/s3m/bin/find-node.cjs');
const { builtProgram } = require('../packages/s3m/bin/program.cjs');
const { endsWithLauncher, runUnder } = require('../packages/s3m/bin/run-under.cjs');

const root = join(__dirname, '..');
const [task, ...args] = process.argv.slice(2);
const tasks = {
  start: (node) => ({
    program: builtProgram(join(root, 'packages', 's3m'), node),
    args: ['up', ...args],
    cwd: join(root, 'examples', 'weather'),
    options: endsWithLauncher,
  }),
  test: () => ({ program: join(root, 'tools', 'test.ts'), args, cwd: root }),
};
// Anything else is a program of the repository, such as a benchmark.
const chosen = Object.prototype.hasOwnProperty.call(tasks, task)
  ? tasks[task]
  : () => ({ program: join(root, String(task)), args, cwd: root });

ensureInstalled();
const node = findNode(root);
if (node === undefined) {
  process.stderr.write(
    `Node ${oldest} or newer is needed, this is ${process.versions.node}, and no package carries one for ${process.platform}-${process.arch}.\nfix: install Node ${oldest} or newer\n`,
  );
  process.exit(1);
}
const { program, args: programArgs, cwd, options } = chosen(node);
runUnder(node, [program, ...programArgs], { cwd, ...options });
