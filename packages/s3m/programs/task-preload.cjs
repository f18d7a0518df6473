'use strict';
/* oxlint-disable no-underscore-dangle -- these are Node's own names */
// Runs inside a task's Node processes before their own code (NODE_OPTIONS=--require), under any Node from 18 on: hence plain CommonJS.
// It joins the process to its task's Unix sockets, so that neither a relay nor a port of this machine is needed:
// a server that listens on TCP port N accepts on `<sockets>/pN` too, and a connection to an outlet goes to the outlet's socket.

const { chmodSync, existsSync } = require('node:fs');
const net = require('node:net');
const { join } = require('node:path');
const { plainHost, readConnect } = require('./connect-arguments.cjs');

const TASK_ADDRESS = '10.0.0.2';
const CALLER_ADDRESS = '10.0.0.1';

/**
 * `config.sockets`: directory of the task's sockets. `config.outlets`: `address:port` -> socket path.
 * `config.engine`, `config.stopSignal`: see {@link beFirstProcess}.
 * `config.neighbours`: where to ask for names and addresses of the VPC, a socket in that directory.
 * `config.moved`: there is no network namespace; `listen()` is moved to the Unix socket and nothing but the task's own sockets can be dialled.
 */
exports.install = function install(config) {
  beFirstProcess(config.engine, config.stopSignal);
  const outlets = new Map(Object.entries(config.outlets));
  const listen = net.Server.prototype.listen;
  const connect = net.Socket.prototype.connect;
  if (config.moved) moveListening(listen, config.sockets);
  else openDoors(listen, config.sockets);

  const connectNeighbour =
    config.neighbours === undefined ? undefined : require('./task-neighbours.cjs').install(config.sockets, config.neighbours, connect);

  net.Socket.prototype.connect = function (...args) {
    const request = readConnect(args);
    if (request === undefined) return connect.apply(this, args);
    const { options, callback, host } = request;
    const path = outlets.get(`${host}:${Number(options.port)}`) ?? (config.moved ? sibling(config.sockets, host, options.port) : undefined);
    if (path !== undefined) return connect.call(this, { ...options, path, host: undefined, port: undefined, lookup: undefined }, callback);
    const elsewhere = () => (config.moved ? refuse(this, host, options.port) : connect.apply(this, args));
    if (connectNeighbour === undefined || isLoopback(host) || host === '0.0.0.0' || host === '::') return elsewhere();
    return connectNeighbour(this, options, host, callback, elsewhere);
  };
};

/**
 * In a container the command is process 1, which the kernel lets ignore signals that it does not handle: without a handler of its own it stays
 * until SIGKILL (ECS-062). The same here, for the process that the engine started.
 */
function beFirstProcess(engine, stopSignal) {
  if (process.ppid === engine) process.on(stopSignal, () => {});
}

/** With a namespace: the server listens as it asked to, and a second listener on the Unix socket hands it its connections. */
function openDoors(listen, sockets) {
  const doors = new WeakMap();
  net.Server.prototype.listen = function (...args) {
    const answer = listen.apply(this, args);
    // In a cluster's primary this server only holds the handle for the workers, which open their own doors.
    if (new Error().stack.includes('round_robin_handle')) return answer;
    // At once where the port is bound already, so that nobody sees a port without its door.
    if (this.address() === null) this.once('listening', () => openDoor(this));
    else openDoor(this);
    return answer;
  };

  function openDoor(server) {
    const address = server.address();
    if (address === null || typeof address === 'string' || isLoopback(address.address)) return;
    const door = net.createServer({ allowHalfOpen: server.allowHalfOpen, pauseOnConnect: server.pauseOnConnect });
    door.on('connection', (socket) => adopt(server, door, socket, address.port));
    door.on('error', (error) => process.emitWarning(`port ${address.port} cannot be reached from outside the task: ${error.message}`));
    const path = join(sockets, `p${address.port}`);
    listen.call(door, { path }, () => chmodSync(path, 0o600));
    doors.set(server, door);
  }

  for (const method of ['close', 'ref', 'unref']) {
    const original = net.Server.prototype[method];
    net.Server.prototype[method] = function (...args) {
      const door = doors.get(this);
      if (door !== undefined) original.call(door);
      if (method === 'close') doors.delete(this);
      return original.apply(this, args);
    };
  }
}

/** Makes the connection the server's own, so that `close()` waits for it and `maxConnections` counts it. */
function adopt(server, door, socket, port) {
  if (server.maxConnections && server._connections >= server.maxConnections) return socket.destroy();
  door._connections--;
  server._connections++;
  socket.server = server;
  socket._server = server;
  server.emit('connection', giveAddresses(socket, port));
}

/** Without a namespace: the server listens on the Unix socket only, and says that it listens on the port. */
function moveListening(listen, sockets) {
  const address = net.Server.prototype.address;
  const moved = new WeakMap();
  net.Server.prototype.listen = function (...args) {
    const request = listenRequest(args);
    if (request === undefined) return listen.apply(this, args);
    const port = request.port === 0 ? freePort(sockets) : request.port;
    const host = request.host === undefined ? '::' : request.host;
    moved.set(this, { port, address: plainHost(host), family: plainHost(host).includes(':') ? 'IPv6' : 'IPv4' });
    this.prependListener('connection', (socket) => giveAddresses(socket, port));
    this.once('close', () => moved.delete(this));
    // A server on loopback only is reached by its task's other containers, not from outside.
    const path = join(sockets, `${isLoopback(plainHost(host)) ? 'l' : 'p'}${port}`);
    this.once('listening', () => chmodSync(path, 0o600));
    return listen.call(
      this,
      { path, exclusive: request.exclusive, signal: request.signal },
      ...args.filter((argument) => typeof argument === 'function'),
    );
  };
  net.Server.prototype.address = function () {
    const own = this.listening ? moved.get(this) : undefined;
    return own === undefined ? address.call(this) : { ...own };
  };
}

/** What `listen()` was asked for, when that is a TCP port. */
function listenRequest(args) {
  const first = args[0];
  if (first === undefined || first === null || typeof first === 'function') return { port: 0 };
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    return { port: Number(first), host: typeof args[1] === 'string' ? args[1] : undefined };
  }
  if (typeof first !== 'object' || first.path !== undefined || first.fd !== undefined || first._handle || !('port' in first))
    return undefined;
  return { port: Number(first.port ?? 0), host: first.host, exclusive: first.exclusive, signal: first.signal };
}

function freePort(sockets) {
  for (;;) {
    const port = 32768 + Math.floor(Math.random() * 28000);
    if (!existsSync(join(sockets, `p${port}`)) && !existsSync(join(sockets, `l${port}`))) return port;
  }
}

function sibling(sockets, host, port) {
  if (!isLoopback(host) && host !== '0.0.0.0' && host !== '::') return undefined;
  return [`p${port}`, `l${port}`].map((name) => join(sockets, name)).find((path) => existsSync(path));
}

function refuse(socket, host, port) {
  const code = isLoopback(host) ? 'ECONNREFUSED' : 'ENETUNREACH';
  const error = Object.assign(new Error(`connect ${code} ${host}:${port}`), {
    code,
    syscall: 'connect',
    address: host,
    port: Number(port),
  });
  socket.connecting = true;
  process.nextTick(() => socket.destroy(error));
  return socket;
}

function isLoopback(address) {
  return plainHost(address).startsWith('127.');
}

/** A Unix socket has no addresses; programs log them and split them, so they get the ones of a private network. */
function giveAddresses(socket, port) {
  const known = {
    remoteAddress: CALLER_ADDRESS,
    remoteFamily: 'IPv4',
    remotePort: 1024 + Math.floor(Math.random() * 64000),
    localAddress: TASK_ADDRESS,
    localFamily: 'IPv4',
    localPort: port,
  };
  for (const [name, value] of Object.entries(known)) Object.defineProperty(socket, name, { value, configurable: true });
  return socket;
}
