import type { NameRecords } from '../capabilities/discovery-service.ts';

/** Types of records (RFC 1035, RFC 2782). */
const A = 1;
const SRV = 33;
const ANY = 255;
const INTERNET = 1;

const RESPONSE = 0x8000;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const OPCODE = 0x7800;

/** Codes of replies: a question that cannot be read, a name that does not exist, something that is not answered here. */
const FORMAT_ERROR = 1;
const NO_SUCH_NAME = 3;
const NOT_IMPLEMENTED = 4;

const HEADER_LENGTH = 12;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/** The question of a DNS message. */
export interface NameQuestion {
  /** `backend.weather.local`, as it was written, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** Where it ends in the message. */
  readonly end: number;
}

/** What a DNS message asks; undefined when it is no query with one question, or cut off. */
export function tryQuestion(message: Buffer): NameQuestion | undefined {
  if (message.length < HEADER_LENGTH || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_LENGTH;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > LONGEST_LABEL || at + length > HEADER_LENGTH + LONGEST_NAME) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(message.subarray(at, at + length).toString('latin1'));
    at += length;
  }
  if (message.length < at + 4) return undefined;
  return { name: labels.join('.'), type: message.readUInt16BE(at), end: at + 4 };
}

/**
 * The reply to a DNS message (RFC 1035): records of types A and SRV, none of another type for a name that exists, and NXDOMAIN for one that
 * does not. `records` are those of the question's name. Undefined for what is no query at all.
 */
export function nameAnswer(message: Buffer, question: NameQuestion | undefined, records: NameRecords | undefined): Buffer | undefined {
  if (message.length < HEADER_LENGTH || (message.readUInt16BE(2) & RESPONSE) !== 0) return undefined;
  const asked = message.readUInt16BE(2);
  if ((asked & OPCODE) !== 0) return reply(message, undefined, NOT_IMPLEMENTED, []);
  if (question === undefined) return reply(message, undefined, FORMAT_ERROR, []);
  if (records === undefined || (records.addresses.length === 0 && records.srv.length === 0))
    return reply(message, question, NO_SUCH_NAME, []);
  const { type } = question;
  return reply(message, question, 0, [
    ...(type === A || type === ANY ? records.addresses.map((address) => record(A, records.ttl, addressData(address))) : []),
    ...(type === SRV || type === ANY ? records.srv.map((service) => record(SRV, records.ttl, serviceData(service))) : []),
  ]);
}

function reply(message: Buffer, question: NameQuestion | undefined, code: number, answers: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  message.copy(header, 0, 0, 2);
  const asked = message.readUInt16BE(2);
  header.writeUInt16BE(RESPONSE | (asked & (OPCODE | RECURSION_DESIRED)) | RECURSION_AVAILABLE | code, 2);
  header.writeUInt16BE(question === undefined ? 0 : 1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, message.subarray(HEADER_LENGTH, question?.end ?? HEADER_LENGTH), ...answers]);
}

/** A record of the question's name, which a pointer stands for. */
function record(type: number, ttl: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc0_00 | HEADER_LENGTH, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(INTERNET, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function addressData(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function serviceData({ priority, weight, port, name }: NameRecords['srv'][number]): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(priority, 0);
  head.writeUInt16BE(weight, 2);
  head.writeUInt16BE(port, 4);
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')]));
  return Buffer.concat([head, ...labels, Buffer.from([0])]);
}
