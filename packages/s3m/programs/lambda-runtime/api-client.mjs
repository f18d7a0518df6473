// @ts-check
import { connect } from 'node:net';

/**
 * A client of the Runtime API on one raw connection. node:http would cost each function 30 ms of start-up and would be
 * visible to code that instruments it.
 */

/** @typedef {{status: number, headers: Map<string, string>, body: string}} Answer */

const HEAD_END = Buffer.from('\r\n\r\n');

export class ApiClient {
  #socket;
  #host;
  #key;
  /** @type {Buffer} */
  #received = Buffer.alloc(0);
  /** @type {{resolve: (answer: Answer) => void}[]} */
  #waiting = [];

  /**
   * @param {string} address `127.0.0.1:PORT`
   * @param {string} key what tells this environment's process from any other on the machine
   */
  constructor(address, key) {
    const [host, port] = address.split(':');
    this.#host = address;
    this.#key = key;
    this.#socket = connect({ host, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(/** @type {Buffer} */ (chunk)));
    // Without the engine there is nobody to work for.
    this.#socket.on('error', () => process.exit(1));
    this.#socket.on('close', () => process.exit(1));
  }

  /** Whether waiting for the API keeps the process alive: yes between invocations, no while a handler runs (its event loop may empty). */
  set holdsProcess(/** @type {boolean} */ holds) {
    if (holds) this.#socket.ref();
    else this.#socket.unref();
  }

  /** @returns {Promise<Answer>} */
  next() {
    return this.#send('GET', '/2018-06-01/runtime/invocation/next', '', '');
  }

  /** @param {string} requestId @param {string} body @returns {Promise<Answer>} */
  respond(requestId, body) {
    return this.#send('POST', `/2018-06-01/runtime/invocation/${requestId}/response`, 'Content-Type: application/json\r\n', body);
  }

  /** @param {string} requestId @param {{errorType: string}} error @returns {Promise<Answer>} */
  fail(requestId, error) {
    return this.#send('POST', `/2018-06-01/runtime/invocation/${requestId}/error`, errorHeaders(error), JSON.stringify(error));
  }

  /** @param {{errorType: string}} error @returns {Promise<Answer>} */
  failInit(error) {
    return this.#send('POST', '/2018-06-01/runtime/init/error', errorHeaders(error), JSON.stringify(error));
  }

  /** @param {string} method @param {string} path @param {string} headers @param {string} body @returns {Promise<Answer>} */
  #send(method, path, headers, body) {
    const length = method === 'POST' ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : '';
    this.#socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\nS3M-Environment-Key: ${this.#key}\r\n${headers}${length}\r\n${body}`,
    );
    return new Promise((resolve) => this.#waiting.push({ resolve }));
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    for (;;) {
      const end = this.#received.indexOf(HEAD_END);
      if (end === -1) return;
      const [statusLine, ...lines] = this.#received.toString('latin1', 0, end).split('\r\n');
      /** @type {Map<string, string>} */
      const headers = new Map();
      for (const line of lines) {
        const colon = line.indexOf(':');
        headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
      }
      // The API always says how long its answers are.
      const bodyEnd = end + HEAD_END.length + Number(headers.get('content-length') ?? 0);
      if (this.#received.length < bodyEnd) return;
      const body = this.#received.toString('utf8', end + HEAD_END.length, bodyEnd);
      this.#received = this.#received.subarray(bodyEnd);
      this.#waiting.shift()?.resolve({ status: Number(statusLine?.split(' ')[1]), headers, body });
    }
  }
}

/** @param {{errorType: string}} error */
function errorHeaders(error) {
  return `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${encodeURIComponent(error.errorType)}\r\n`;
}
