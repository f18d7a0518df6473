/** Programs that tests run in tasks. Plain JavaScript, so that an image needs nothing but Node. */

/** Answers what it is asked: `/` its process id, `/fetch?URL`, `/dial?HOST:PORT`, `/environment`, `/slow`, `/write?PATH`. */
export const SERVICE = `
const http = require('node:http');
const net = require('node:net');
const fs = require('node:fs');
const port = Number(process.argv[2]);
const server = http.createServer(async (request, response) => {
  const [path, argument] = decodeURIComponent(request.url).split('?');
  response.setHeader('x-remote', String(request.socket.remoteAddress));
  if (path === '/fetch') response.end(await fetch(argument).then((answer) => answer.text(), (error) => 'failed ' + (error.cause?.code ?? error.message)));
  else if (path === '/dial') response.end(await dial(argument));
  else if (path === '/environment') response.end(JSON.stringify(process.env));
  else if (path === '/identity') response.end(JSON.stringify({ uid: process.getuid(), cwd: process.cwd() }));
  else if (path === '/write') response.end(write(argument));
  else if (path === '/slow') { response.write('begun '); console.log('slow begins'); setTimeout(() => response.end('and finished'), 300); }
  else response.end(String(process.pid) + ' ' + require('node:os').hostname());
});
server.listen(port, () => console.log('listening on', server.address().port));
process.on('SIGTERM', () => { console.log('asked to stop'); server.close(() => { console.log('closed'); process.exit(0); }); server.closeIdleConnections(); });

function dial(where) {
  const [host, port] = where.split(':');
  return new Promise((resolve) => {
    const socket = net.connect({ host, port: Number(port), timeout: 2000 }, () => {
      socket.write('GET /dialled HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n');
      let text = '';
      socket.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text.split('\\r\\n\\r\\n').pop()));
    });
    socket.on('error', (error) => resolve('failed ' + error.code));
    socket.on('timeout', () => { socket.destroy(); resolve('failed timeout'); });
  });
}

function write(path) {
  try { fs.writeFileSync(path, 'x'); return 'written'; } catch (error) { return 'failed ' + error.code; }
}
`;

/** Takes no notice of SIGTERM. */
export const STUBBORN = `process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log('started');`;

/** Says why and ends. */
export const CRASHING = `console.log('reading the configuration'); console.error('no database here'); process.exit(42);`;

/** Listens on loopback only, and on another port on all addresses. */
export const ELSEWHERE = `const net = require('node:net'); const [own, other] = process.argv.slice(2).map(Number);
net.createServer().listen(own, '127.0.0.1'); net.createServer().listen(other, () => console.log('listening'));`;

/** Starts a child in its group and one that leaves it, says their ids, and waits. */
export const PARENT = `const { spawn } = require('node:child_process');
const args = ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'];
const near = spawn(process.execPath, args, { stdio: 'inherit' });
const far = spawn(process.execPath, args, { stdio: 'inherit', detached: true });
console.log('children', near.pid, far.pid); setInterval(() => {}, 1000);`;

/** Ends, and leaves a child that has left its group and holds its output. */
export const LEAVING = `const { spawn } = require('node:child_process');
const left = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit', detached: true });
console.log('child', left.pid); left.unref();`;

/** Two workers that share a port. */
export const CLUSTER = `const cluster = require('node:cluster');
if (cluster.isPrimary) { cluster.fork(); cluster.fork(); process.on('SIGTERM', () => process.exit(0)); }
else require('node:http').createServer((request, response) => response.end(String(process.pid))).listen(Number(process.argv[2]));`;

/** Servers of several kinds: closed and opened again, on a port of the system's choice, in a worker thread, HTTP/2, with a listen callback. */
export const SEVERAL = `const http = require('node:http'); const http2 = require('node:http2'); const net = require('node:net');
const { Worker } = require('node:worker_threads');
const again = http.createServer((request, response) => response.end('again'));
again.listen(8081, '0.0.0.0', () => again.close(() => again.listen({ port: 8081, host: '::' }, () => console.log('again', again.address().port))));
const chosen = net.createServer((socket) => socket.end('chosen')).listen(() => console.log('chosen', chosen.address().port));
http2.createServer((request, response) => response.end('two')).listen('8082', () => console.log('http2'));
new Worker("require('node:http').createServer((q, r) => r.end('worker')).listen(8083, () => console.log('worker'))", { eval: true });
const unix = net.createServer().listen(process.env.TMPDIR + '/own.sock', () => console.log('unix', typeof unix.address()));
net.createServer().listen(8084).on('listening', function () { net.createServer().on('error', (error) => console.log('twice', error.code)).listen(8084); });
net.connect({ port: 1, host: '127.0.0.1' }).on('error', (error) => console.log('closed port', error.code));`;

/** Ends with exit code 3 in its first run, once it was there for a while, with 0 in the second, and stays in the third. */
export const TRANSIENT = `const fs = require('node:fs'); const file = require('node:path').join(require('node:os').tmpdir(), 'runs');
const run = fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) + 1 : 1; fs.writeFileSync(file, String(run)); console.log('run', run);
if (run < 3) setTimeout(() => process.exit(run === 1 ? 3 : 0), 300); else setInterval(() => {}, 1000);`;
