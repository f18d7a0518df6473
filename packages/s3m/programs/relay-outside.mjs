// What lies around a task's network: `unshare -n node relay-outside.mjs`, started by relay.mjs, which it tells by messages. All addresses of the VPC
// are local in this network, a pair of virtual interfaces joins it to the task's. Where nothing is listened for, nothing is answered: the resets that the
// kernel would send are not nobody's, and only nobody's packets have a way out. What is accepted is handed to relay.mjs, which stays in the task's network.
// It is nobody from the start where it has a user namespace of its own.

import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Any user but root will do. */
const NOBODY = 65_534;

const listeners = new Map();

process.on('SIGTERM', () => {});
process.once('disconnect', () => process.exit(0));
process.once('message', ({ ip, address, ranges, hosts }) => {
  const commands = [
    'link set lo up',
    'link set vpc up',
    ...[...ranges, ...hosts].map((range) => `route add local ${range} dev lo table local`),
    `route add ${address}/32 dev vpc table local`,
    'rule add pref 3 lookup local',
    'rule add pref 2 iif lo blackhole',
    `rule add pref 1 iif lo uidrange ${NOBODY}-${NOBODY} lookup local`,
    'rule del pref 0',
  ];
  execFileSync(ip, ['-batch', '-'], { input: `${commands.join('\n')}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
  writeFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
  if (process.getuid() !== NOBODY) {
    process.setgroups([]);
    process.setgid(NOBODY);
    process.setuid(NOBODY);
  }
  process.on('message', obey);
  process.send({ linked: true });
});

process.send({ up: true });

/** `{listen: [{address, port, udp}], id}`: answered when all of them are listened for. */
async function obey({ listen, id }) {
  const all = await Promise.allSettled(listen.map(listenFor));
  const failed = all.find(({ status }) => status === 'rejected');
  process.send({ id, ...(failed === undefined ? {} : { error: String(failed.reason) }) });
}

function listenFor({ address, port, udp = false }) {
  const key = `${address}:${port}${udp ? '/udp' : ''}`;
  let listening = listeners.get(key);
  if (listening === undefined) {
    listening = udp ? receive(address, port) : accept(address, port);
    listeners.set(key, listening);
  }
  return listening;
}

function accept(address, port) {
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    process.send({ address, port }, socket, () => {});
  });
  return opened(server, () => server.listen({ host: address, port }));
}

function receive(address, port) {
  const socket = createSocket('udp4');
  const handOver = () =>
    new Promise((resolve) => {
      process.send({ address, port, udp: true }, socket, resolve);
    });
  // Two processes that read one socket would each get half of what comes.
  return opened(socket, () => socket.bind({ address, port }))
    .then(handOver)
    .then(() => socket.close());
}

function opened(emitter, open) {
  return new Promise((resolve, reject) => {
    emitter.once('error', reject);
    emitter.once('listening', resolve);
    open();
  });
}
