import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';

/** Of a header's value: a string. */
const stringType = 7;

/** Writes the messages of an answer that goes on (`application/vnd.amazon.eventstream`), to one client. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** `payload` becomes JSON. */
  event(type: string, payload: object): void {
    this.#write({ ':message-type': 'event', ':event-type': type, ':content-type': 'application/json' }, payload);
  }

  /** The last message: an error of the service. */
  exception(type: string, payload: object): void {
    this.#write({ ':message-type': 'exception', ':exception-type': type, ':content-type': 'application/json' }, payload);
    this.#response.end();
  }

  /** Calls back once, when the client is gone or the stream has ended. */
  onClose(callback: () => void): void {
    this.#response.once('close', callback);
  }

  #write(headers: Readonly<Record<string, string>>, payload: object): void {
    this.#response.write(encodeMessage(headers, Buffer.from(JSON.stringify(payload))));
  }
}

/** An answer that is a stream of events: `start` is called when the head is sent. */
export class EventStreamAnswer {
  readonly start: (stream: EventStream) => void;

  constructor(start: (stream: EventStream) => void) {
    this.start = start;
  }
}

/** Lengths and their checksum, headers, payload, checksum of all. Source: Amazon Transcribe Developer Guide, "Event stream encoding". */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const message = Buffer.alloc(12 + head.length + payload.length + 4);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, 12);
  payload.copy(message, 12 + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, message.length - 4)), message.length - 4);
  return message;
}

function encodeHeader(name: string, value: string): Buffer {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(1 + name.length + 3);
  head.writeUInt8(name.length, 0);
  head.write(name, 1, 'latin1');
  head.writeUInt8(stringType, 1 + name.length);
  head.writeUInt16BE(bytes.length, 2 + name.length);
  return Buffer.concat([head, bytes]);
}
