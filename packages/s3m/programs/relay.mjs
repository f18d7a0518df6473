// Runs inside a task's network namespace: `node relay.mjs <directory> [<uid>:<gid>]`. Plain JavaScript, because it also runs alone in the relay's image.
// In: `<directory>/relay` is the one way in. A caller writes `connect PORT\n`, gets `ok\n` or `ECONNREFUSED\n`, and from then on speaks to the port;
// or writes `listening\n` and gets the listening sockets as JSON; or `offer ADDRESS:PORT ...\n`, and the task can connect there when it gets `ok\n`.
// Out: what connects to an outlet's address and port is carried to its Unix socket; what connects to an address of the VPC, to where the engine says.
// Around a task of processes it is in the task's user namespace, or root. It says `ready` when it listens; with `without the VPC: ...` when this machine lets it make no network for that.

import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

// A server bound to 0.0.0.0 or :: answers here; one bound to 127.0.0.1 only does not, as it would not answer a load balancer.
const TASK_ADDRESS = '127.0.0.2';
const LONGEST_COMMAND = 4096;
/** Of a reply in a datagram, in bytes: to those who say that they take more (RFC 6891), and to others (RFC 1035). */
const LARGEST_DATAGRAM = { extended: 1232, plain: 512 };

const [directory, user] = process.argv.slice(2);
const { outlets, vpc } = JSON.parse(readFileSync(join(directory, 'relay.json'), 'utf8'));
const IP = vpc?.ip ?? '/ip';
const inner = outlets.filter(({ address }) => isLoopback(address));
const outer = outlets.filter(({ address }) => !isLoopback(address));

let outside;
let missing = '';
if (vpc !== undefined) await enterVpc().catch((error) => (missing = ` without the VPC: ${error.message.split('\n', 1)[0]}`));
if (outside === undefined && (user !== undefined || vpc !== undefined)) giveAddresses();
if (user !== undefined) {
  const [uid, gid] = user.split(':').map(Number);
  process.setgroups([]);
  process.setgid(gid);
  process.setuid(uid);
}

process.umask(0o077);
process.on('SIGTERM', () => process.exit(0));

await Promise.all([
  ...(outside === undefined ? outlets : inner).map((outlet) =>
    listening(
      createServer({ allowHalfOpen: true }, (socket) => carryOut(socket, outlet)),
      { host: outlet.address, port: outlet.port },
    ),
  ),
  outside?.listen(outer.flatMap(({ address, port, udp }) => [{ address, port }, ...(udp ? [{ address, port, udp }] : [])])),
  listening(createServer({ allowHalfOpen: true }, obey), { path: join(directory, 'relay') }),
]);
process.stdout.write(`ready${missing}\n`);

/** Where there is no network around the task's, the loopback interface gets the outlets' addresses. */
function giveAddresses() {
  const addresses = new Set(outer.map(({ address }) => address));
  ip([...addresses].map((address) => `addr add ${address}/32 dev lo`));
}

/** Starts what is around the task's network, and gives the task its address in the VPC. */
async function enterVpc() {
  const { address, macAddress, ranges } = vpc;
  const hosts = [...new Set(outer.map((outlet) => `${outlet.address}/32`))];
  const [command, ...words] = vpc.outside;
  const child = spawn(command, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = new Promise((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the relay may make no network namespace here')));
  });
  ended.catch(() => {});
  const next = () =>
    new Promise((resolve) => {
      child.once('message', resolve);
    });
  await Promise.race([next(), ended]);
  ip([`link add eth1 mtu 65535 type veth peer name vpc mtu 65535 netns ${child.pid}`]);
  child.send({ ip: IP, address, ranges, hosts });
  await Promise.race([next(), ended]);
  ip([
    'link set eth1 addrgenmode none',
    `link set eth1 address ${macAddress}`,
    'link set eth1 up',
    `addr add ${address}/32 dev eth1`,
    ...[...ranges, ...hosts].map((range) => `route add ${range} dev eth1 src ${address}`),
  ]);
  child.once('exit', () => process.exit(1));
  outside = { listen: conversation(child) };
}

/** Answers how to have `relay-outside.mjs` listen; what it hands over is carried on. */
function conversation(child) {
  const waiting = new Map();
  let count = 0;
  child.on('message', (message, handle) => {
    const { id, error, address, port, udp } = message;
    if (id !== undefined) {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) resolve();
      else reject(new Error(error));
    } else if (handle !== undefined && udp) answerDatagrams(handle, outletAt(address, port));
    else if (handle !== undefined) carryOnward(handle, address, port);
  });
  return (listen) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      child.send({ id: count, listen });
    });
}

function outletAt(address, port) {
  return outer.find((outlet) => outlet.address === address && outlet.port === port);
}

function carryOnward(socket, address, port) {
  socket.allowHalfOpen = true;
  socket.on('error', () => socket.destroy());
  const outlet = outletAt(address, port);
  if (outlet !== undefined) return carryOut(socket, outlet);
  const asking = ask({ dial: address, port });
  socket.once('close', () => asking.socket.destroy());
  void asking.answer.then(({ door }) => (door === undefined ? socket.resetAndDestroy() : carryOut(socket, { socket: door })));
}

/** Asks the engine one question; what can't be answered is `{}`. */
function ask(question) {
  const socket = connect({ path: join(directory, vpc.door), allowHalfOpen: true });
  let text = '';
  socket.setEncoding('utf8');
  socket.write(`${JSON.stringify(question)}\n`);
  const answer = new Promise((resolve) => {
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', () => resolve({}));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(text.endsWith('\n') ? JSON.parse(text) : {}));
  });
  return { socket, answer };
}

/** DNS: each datagram is a question, which the outlet takes with its length before it, as over TCP. */
function answerDatagrams(datagrams, outlet) {
  datagrams.on('error', () => {});
  datagrams.on('message', (question, { address, port }) => {
    if (question.length < 12) return;
    const socket = connect({ path: join(directory, outlet.socket) });
    let received = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const reply = received.subarray(2, 2 + received.readUInt16BE(0));
      const largest = question.readUInt16BE(10) > 0 ? LARGEST_DATAGRAM.extended : LARGEST_DATAGRAM.plain;
      datagrams.send(reply.length > largest ? truncated(reply) : reply, port, address, () => {});
      socket.destroy();
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(question.length);
    socket.write(Buffer.concat([length, question]));
  });
}

/** The question again, and that the answer must be had over TCP. */
function truncated(reply) {
  let end = 12;
  while (reply[end] > 0) end += reply[end] + 1;
  const short = Buffer.from(reply.subarray(0, end + 5));
  short[2] |= 0x02;
  short.fill(0, 6, 12);
  return short;
}

function ip(commands) {
  if (commands.length > 0) execFileSync(IP, ['-batch', '-'], { input: `${commands.join('\n')}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
}

function isLoopback(address) {
  return address.startsWith('127.') || address === 'localhost' || address === '::1';
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
    const [verb, ...words] = received.subarray(0, end).toString('latin1').split(' ');
    if (verb === 'connect') carryIn(socket, Number(words[0]));
    else if (verb === 'listening') socket.end(JSON.stringify(['tcp', 'tcp6'].map(table)));
    else if (verb === 'offer' && outside !== undefined) offer(socket, words);
    else socket.destroy();
  });
}

function offer(socket, words) {
  const listen = words.map((word) => {
    const [address, port] = word.split(':');
    return { address, port: Number(port) };
  });
  outside.listen(listen).then(
    () => socket.end('ok\n'),
    () => socket.destroy(),
  );
}

function carryIn(socket, port) {
  const program = connect({ host: TASK_ADDRESS, port, allowHalfOpen: true, noDelay: true });
  program.once('error', () => socket.end('ECONNREFUSED\n'));
  program.once('connect', () => {
    program.removeAllListeners('error');
    socket.write('ok\n');
    splice(socket, program);
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
