import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const [port, backendPort] = process.argv.slice(2).map(Number);
const server = fastify({ logger: false });
server.register(proxy, { upstream: `http://127.0.0.1:${backendPort}` });
await server.listen({ port, host: '127.0.0.1' });
