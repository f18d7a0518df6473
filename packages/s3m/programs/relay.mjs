// Runs inside a task's network namespace: `node relay.mjs <directory> [<uid>:<gid> <address>...]`. Plain JavaScript, because it also runs alone in the relay's image.
// In: `<directory>/relay` is the one way in. A caller writes `connect PORT\n`, gets `ok\n` or `ECONNREFUSED\n`, and from then on speaks to the port;
// or writes `listening\n` and gets the listening sockets as JSON. Out: what connects to an outlet's address and port is carried to its Unix socket.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

// A server bound to 0.0.0.0 or :: answers here; one bound to 127.0.0.1 only does not, as it would not answer a load balancer.
const TASK_ADDRESS = '127.0.0.2';
const LONGEST_COMMAND = 64;

const [directory, user, ...addresses] = process.argv.slice(2);
if (user !== undefined) addAddresses(...user.split(':').map(Number));
const { outlets } = JSON.parse(readFileSync(join(directory, 'relay.json'), 'utf8'));

process.umask(0o077);
process.on('SIGTERM', () => process.exit(0));

await Promise.all([
  ...outlets.map((outlet) =>
    listening(
      createServer({ allowHalfOpen: true }, (socket) => carryOut(socket, outlet)),
      { host: outlet.address, port: outlet.port },
    ),
  ),
  listening(createServer({ allowHalfOpen: true }, obey), { path: join(directory, 'relay') }),
]);
process.stdout.write('ready\n');

/** In a container of its own it starts as root, to give the loopback interface the outlets' addresses, and is the engine's user from then on. */
function addAddresses(uid, gid) {
  for (const address of addresses)
    execFileSync('/ip', ['addr', 'add', `${address}/32`, 'dev', 'lo'], { stdio: ['ignore', 'ignore', 'inherit'] });
  process.setgroups([]);
  process.setgid(gid);
  process.setuid(uid);
}

function listening(server, where) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
}

function carryOut(socket, outlet) {
  const out = connect({ path: join(directory, outlet.socket), allowHalfOpen: true });
  splice(socket, out);
}

function obey(socket) {
  let received = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', function take(chunk) {
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf(10);
    if (end < 0 && received.length <= LONGEST_COMMAND) return;
    socket.off('data', take);
    socket.pause();
    if (end < 0) return void socket.destroy();
    const rest = received.subarray(end + 1);
    if (rest.length > 0) socket.unshift(rest);
    const [verb, port] = received.subarray(0, end).toString('latin1').split(' ');
    if (verb === 'connect') carryIn(socket, Number(port));
    else if (verb === 'listening') socket.end(JSON.stringify(['tcp', 'tcp6'].map(table)));
    else socket.destroy();
  });
}

function carryIn(socket, port) {
  const inner = connect({ host: TASK_ADDRESS, port, allowHalfOpen: true, noDelay: true });
  inner.once('error', () => socket.end('ECONNREFUSED\n'));
  inner.once('connect', () => {
    inner.removeAllListeners('error');
    socket.write('ok\n');
    splice(socket, inner);
  });
}

function table(name) {
  try {
    return readFileSync(`/proc/net/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Carries both directions, each until its own end; when one side breaks, the other is broken too. */
function splice(one, other) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.on('error', () => to.destroy());
    from.on('close', () => {
      if (!from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}
