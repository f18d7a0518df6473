'use strict';
// What `net.Socket.prototype.connect` was called with. For programs that put themselves before it.

/** `undefined` for what is no TCP connection (HTTP's own agent says `path: null` for TCP). */
exports.readConnect = function readConnect(args) {
  const normalized = Array.isArray(args[0]) ? args[0] : undefined;
  const options = normalized ? normalized[0] : connectOptions(args);
  if (typeof options.path === 'string' || options.port === undefined) return undefined;
  const callback = normalized ? normalized[1] : args.findLast((argument) => typeof argument === 'function');
  return { options, callback, host: plainHost(options.host) };
};

exports.plainHost = plainHost;

function connectOptions(args) {
  const first = args[0];
  if (typeof first === 'object' && first !== null) return first;
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    return { port: Number(first), host: typeof args[1] === 'string' ? args[1] : undefined };
  }
  return {};
}

function plainHost(host) {
  const name = String(host ?? 'localhost').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name === '[::1]') return '127.0.0.1';
  return name.startsWith('::ffff:') ? name.slice('::ffff:'.length) : name;
}
