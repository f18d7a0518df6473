'use strict';
const { spawn } = require('node:child_process');
const { constants } = require('node:os');

/** By the channel the program sees when its launcher was killed, and then ends as by SIGTERM. */
exports.endsWithLauncher = { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] };

/** Runs a program under another Node, passes signals on and ends as it ends. */
exports.runUnder = function runUnder(node, args, options) {
  const child = spawn(node, args, { stdio: 'inherit', ...options });
  // The terminal sends Ctrl-C to both, which the program takes for one; others send their signal only here.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`s3m: cannot run ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('close', (code, signal) => {
    if (signal === 'SIGKILL') process.stderr.write('s3m: killed (SIGKILL). What it left behind is cleaned up by the next start\n');
    process.exit(code === null ? 128 + constants.signals[signal] : code);
  });
};
