import type { Socket } from 'node:net';

/** What the parts of Node look like that are behind `onread`. */
interface Handle {
  useUserBuffer?(memory: Uint8Array): void;
}

/** Where all sockets put what they receive: whoever takes it is done with it, or has copied it, before the next socket is read. */
const memory = Buffer.allocUnsafeSlow(65_536);

const words = new Int32Array(memory.buffer, memory.byteOffset, memory.length / 4);

/** Views of it by length: what clients and backends send has few lengths, and a view costs more to make than to find. */
const views: (Buffer | undefined)[] = [];
const maxViewed = 4096;

function firstBytes(length: number): Buffer {
  return length > maxViewed ? memory.subarray(0, length) : (views[length] ??= memory.subarray(0, length));
}

/**
 * Calls `take` with bytes as they come. They are lent: after `take` has returned, the same memory holds others. What is kept goes through {@link owned}.
 *
 * This is `onread` of {@link Socket}'s options, which spares a piece of memory and a pass through the stream's queue for each read. Node has it for
 * sockets that connect, and for those that exist already, as accepted ones do, only by names of its own. Sockets that lack them (TLS, other versions
 * of Node, bytes that wait in the stream) are read by their `data` event.
 * @returns whether the bytes are lent
 */
export function takeBytes(socket: Socket, take: (bytes: Buffer) => void): boolean {
  // oxlint-disable-next-line no-underscore-dangle -- Node's own name
  const handle = (socket as { readonly _handle?: Handle | null })._handle;
  const symbols = Object.getOwnPropertySymbols(socket);
  const buffer = symbols.find(({ description }) => description === 'kBuffer');
  const callback = symbols.find(({ description }) => description === 'kBufferCb');
  const encrypted = 'encrypted' in socket;
  if (buffer === undefined || callback === undefined || handle?.useUserBuffer === undefined || encrypted || socket.readableLength > 0) {
    socket.on('data', take);
    return false;
  }
  Object.assign(socket, {
    [buffer]: memory,
    [callback]: (length: number) => {
      take(firstBytes(length));
      return true;
    },
  });
  handle.useUserBuffer(memory);
  if (!socket.isPaused()) socket.resume();
  return true;
}

/** Lent bytes, four at a time from their first on: to compare many by hand is faster than to call for it. Undefined for other bytes. */
export function lentWords(bytes: Buffer, length: number): Int32Array | undefined {
  return length <= maxViewed && views[length] === bytes ? words : undefined;
}

/** The same bytes, in memory that nobody else writes to. */
export function owned(bytes: Buffer): Buffer {
  return bytes.buffer === memory.buffer ? Buffer.from(bytes) : bytes;
}
