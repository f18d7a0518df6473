import type { Socket } from 'node:net';
import type { NameRecords } from '../capabilities/discovery-service.ts';
import { nameAnswer, tryQuestion } from './name-answer.ts';
import { offerThroughRelay } from './relay-client.ts';
import type { Outlet, TaskNeighbours } from './task-runtime.ts';

const DNS_PORT = 53;

type Records = (name: string) => Promise<NameRecords | undefined>;

/**
 * The VPC's resolver as a task finds it (VPC-007). Before a name is answered, the relay at `relay` is made to listen at its addresses, on the
 * ports that answer there and that the network lets the task reach; everything else stays silent (VPC-030).
 */
export function resolverOutlets(neighbours: TaskNeighbours | undefined, relay: string): readonly Outlet[] {
  if (neighbours === undefined) return [];
  const recordsOf: Records = async (name) => {
    const records = neighbours.resolve(name);
    const places = (records?.addresses ?? []).map(async (address) =>
      (await neighbours.offers(address)).map((port) => `${address}:${port}`),
    );
    await offerThroughRelay(relay, (await Promise.all(places)).flat());
    return records;
  };
  return neighbours.place.resolvers.map((address) => ({
    address,
    port: DNS_PORT,
    udp: true,
    accept: (socket) => answerAll(socket, recordsOf),
  }));
}

/** Questions come with their length before them, as over TCP. */
function answerAll(socket: Socket, recordsOf: Records): void {
  let received = Buffer.alloc(0);
  let answered = Promise.resolve();
  socket.on('error', () => socket.destroy());
  socket.on('end', () => void answered.then(() => socket.end()));
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const message = received.subarray(2, 2 + received.readUInt16BE(0));
      received = received.subarray(2 + message.length);
      answered = answered.then(() => answer(socket, message, recordsOf)).catch(() => void socket.destroy());
    }
  });
}

async function answer(socket: Socket, message: Buffer, recordsOf: Records): Promise<void> {
  const question = tryQuestion(message);
  const reply = nameAnswer(message, question, question === undefined ? undefined : await recordsOf(question.name));
  if (reply === undefined) return void socket.destroy();
  const length = Buffer.alloc(2);
  length.writeUInt16BE(reply.length);
  socket.write(Buffer.concat([length, reply]));
}
