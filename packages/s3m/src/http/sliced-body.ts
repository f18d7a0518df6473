import type { MessageBody } from './message.ts';

const sliceBytes = 65_536;

/** Bytes that are at hand, to be read slice by slice. */
export function sliced(bytes: Buffer): MessageBody {
  return {
    length: bytes.length,
    settled: true,
    readAll: () => Promise.resolve(bytes),
    discard: () => {},
    [Symbol.asyncIterator]: () => slices(bytes),
  };
}

async function* slices(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += sliceBytes) yield bytes.subarray(at, at + sliceBytes);
}
