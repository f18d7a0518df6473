'use strict';
// Part of task-preload.cjs: names and addresses of the task's VPC. The engine is asked on a Unix socket what a name stands for, and opens the
// connections; it decides each of them as the VPC's groups, routes and ACLs say.

const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const { join } = require('node:path');
const { promisify } = require('node:util');

/** `door`: where to ask. `connect`: `net.Socket.prototype.connect` as Node made it. */
exports.install = function install(sockets, door, connect) {
  patchNames((name) => ask({ resolve: name }));

  function ask(question) {
    return new Promise((resolve) => {
      const socket = new net.Socket();
      let answer = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk) => (answer += chunk));
      socket.on('error', () => resolve({}));
      socket.on('close', () => resolve(answer.endsWith('\n') ? JSON.parse(answer) : {}));
      connect.call(socket, { path: join(sockets, door) });
      socket.write(`${JSON.stringify(question)}\n`);
    });
  }

  /** Connects as the VPC lets it; `elsewhere` is called for what is not in the VPC. */
  return function connectNeighbour(socket, options, host, callback, elsewhere) {
    const port = Number(options.port);
    socket.connecting = true;
    const open = async () => {
      const { door: way, code, address } = await ask({ dial: host, port });
      if (socket.destroyed) return;
      if (code !== undefined) return socket.destroy(connectError(code, address, port));
      if (way === undefined) return elsewhere();
      socket.prependOnceListener('connect', () => nameRemote(socket, address, port));
      connect.call(socket, { ...options, path: join(sockets, way), host: undefined, port: undefined, lookup: undefined }, callback);
    };
    void open();
    return socket;
  };
};

function nameRemote(socket, address, port) {
  for (const [name, value] of Object.entries({ remoteAddress: address, remotePort: port, remoteFamily: 'IPv4' }))
    Object.defineProperty(socket, name, { value, configurable: true });
}

function connectError(code, address, port) {
  return Object.assign(new Error(`connect ${code} ${address}:${port}`), { code, syscall: 'connect', address, port });
}

/** `dns.lookup`, `resolve4`, `resolveSrv` and `resolve`, with callbacks and with promises. Names that the engine does not know go the usual way. */
function patchNames(recordsOf) {
  const original = { ...dns.promises };
  const promises = {
    async lookup(name, options = {}) {
      const { family = 0, all = false } = typeof options === 'object' && options !== null ? options : { family: options };
      const records = isName(name) ? await recordsOf(name) : {};
      if (records.addresses === undefined) return original.lookup(name, options);
      const found = family === 6 || family === 'IPv6' ? [] : records.addresses.map((address) => ({ address, family: 4 }));
      if (found.length === 0) throw nameError('getaddrinfo', 'ENOTFOUND', name);
      return all ? found : found[0];
    },
    async resolve4(name, options) {
      const { addresses, ttl } = await recordsOf(name);
      if (addresses === undefined) return original.resolve4(name, options);
      if (addresses.length === 0) throw nameError('queryA', 'ENOTFOUND', name);
      return options?.ttl === true ? addresses.map((address) => ({ address, ttl })) : addresses;
    },
    async resolveSrv(name) {
      const { srv } = await recordsOf(name);
      if (srv === undefined) return original.resolveSrv(name);
      if (srv.length === 0) throw nameError('querySrv', 'ENOTFOUND', name);
      return srv;
    },
    resolve(name, type = 'A') {
      if (type === 'A') return promises.resolve4(name);
      return type === 'SRV' ? promises.resolveSrv(name) : original.resolve(name, type);
    },
  };
  Object.assign(dns.promises, promises);
  for (const method of ['resolve4', 'resolveSrv', 'resolve']) {
    dns[method] = (...args) => withCallback(promises[method], args, (value) => [value]);
  }
  dns.lookup = (...args) =>
    withCallback(promises.lookup, args, (value) => (Array.isArray(value) ? [value] : [value.address, value.family]));
  dns.lookup[promisify.custom] = promises.lookup;
  syncBuiltinESMExports();
}

function withCallback(method, args, valuesOf) {
  const callback = args.at(-1);
  method(...args.slice(0, -1)).then(
    (value) => process.nextTick(callback, null, ...valuesOf(value)),
    (error) => process.nextTick(callback, error),
  );
}

function isName(name) {
  return typeof name === 'string' && name.includes('.') && net.isIP(name) === 0;
}

function nameError(syscall, code, hostname) {
  return Object.assign(new Error(`${syscall} ${code} ${hostname}`), {
    code,
    errno: code === 'ENOTFOUND' ? -3008 : undefined,
    syscall,
    hostname,
  });
}
