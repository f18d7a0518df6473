// Fetches bytes over several connections at a time and prints the seconds. `node load.ts PORT BYTES CONNECTIONS`
import { connect } from 'node:net';

const [port, bytes, connections] = process.argv.slice(2).map(Number) as [number, number, number];
const each = Math.floor(bytes / connections);
const began = performance.now();
const received = await Promise.all(Array.from({ length: connections }, fetchBytes));
const seconds = (performance.now() - began) / 1000;
if (received.some((count) => count !== each)) throw new Error(`of ${each} bytes a connection there came ${received.join(', ')}`);
process.stdout.write(JSON.stringify(seconds));

function fetchBytes(): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    const socket = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: Buffer.alloc(1_048_576),
        callback: (length) => {
          count += length;
          return true;
        },
      },
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(count));
    socket.write(String(each));
  });
}
