/** What a header of the proxy protocol tells a target of the connection in front of it. */
export interface ProxiedConnection {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Id of the VPC endpoint that it came through (NLB-049). */
  readonly endpointId?: string;
}

export interface Endpoint {
  /** IPv4 */
  readonly address: string;
  readonly port: number;
}

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const type = { crc32c: 0x03, noop: 0x04, aws: 0xea } as const;
/** Of the type 0xEA: what follows is the id of a VPC endpoint. */
const endpointSubtype = 0x01;
/** Bytes behind the first 16 in captures of AWS's headers for IPv4: what is not used is filled up with a NOOP. */
const bodyLength = 84;
const crcAt = 16 + 12 + 3;

/** Version 2, command LOCAL: of a health check, which has no client (NLB-049). */
export const localHeader: Buffer = Buffer.concat([signature, Buffer.from([0x20, 0x00, 0x00, 0x00])]);

/** Version 2, command PROXY, TCP over IPv4: addresses, checksum, the endpoint's id, filling; in AWS's order (NLB-049). */
export function proxyHeader({ source, destination, endpointId }: ProxiedConnection): Buffer {
  const header = Buffer.alloc(16 + bodyLength);
  signature.copy(header);
  header.set([0x21, 0x11], 12);
  header.writeUInt16BE(bodyLength, 14);
  header.set(source.address.split('.').map(Number), 16);
  header.set(destination.address.split('.').map(Number), 20);
  header.writeUInt16BE(source.port, 24);
  header.writeUInt16BE(destination.port, 26);
  let at = beginTlv(header, 28, type.crc32c, 4) + 4;
  if (endpointId !== undefined) {
    at = beginTlv(header, at, type.aws, 1 + endpointId.length);
    header[at] = endpointSubtype;
    at += 1 + header.write(endpointId, at + 1, 'latin1');
  }
  beginTlv(header, at, type.noop, header.length - at - 3);
  // Over the whole header, with the checksum's own bytes as zeros.
  header.writeUInt32BE(crc32c(header), crcAt);
  return header;
}

function beginTlv(header: Buffer, at: number, kind: number, length: number): number {
  header[at] = kind;
  header.writeUInt16BE(length, at + 1);
  return at + 3;
}

/** Castagnoli's polynomial (RFC 3309), reflected. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
