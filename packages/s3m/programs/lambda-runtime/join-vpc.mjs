// @ts-check
import { createRequire } from 'node:module';
import net from 'node:net';

const require = createRequire(import.meta.url);

/**
 * Every TCP connection of the function from now on is the engine's to decide: what is in the VPC is opened by it, what may leave the VPC goes
 * the usual way, and what may not hears nothing.
 *
 * @param {string} directory where the engine listens
 */
export function joinVpc(directory) {
  const { readConnect } = require('../connect-arguments.cjs');
  const { install } = require('../task-neighbours.cjs');
  const connect = net.Socket.prototype.connect;
  const connectNeighbour = install(directory, 'n', connect);
  net.Socket.prototype.connect = /** @type {typeof connect} */ (
    /** @this {net.Socket} @param {unknown[]} args */ function (...args) {
      const usual = () => connect.apply(this, /** @type {any} */ (args));
      const request = readConnect(args);
      if (request === undefined) return usual();
      return connectNeighbour(this, request.options, request.host, request.callback, usual);
    }
  );
}
