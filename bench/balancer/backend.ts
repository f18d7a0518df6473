// Answers each line `BYTES` with so many bytes, and closes. `node backend.ts PORT`
import { createServer, type Socket } from 'node:net';

const piece = Buffer.alloc(1_048_576, 'bulk');

createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.once('data', (line) => send(socket, Number(line.toString())));
}).listen(Number(process.argv[2]), '127.0.0.1');

function send(socket: Socket, left: number): void {
  while (left > 0) {
    const chunk = left < piece.length ? piece.subarray(0, left) : piece;
    left -= chunk.length;
    if (socket.write(chunk)) continue;
    socket.once('drain', () => send(socket, left));
    return;
  }
  socket.end();
}
