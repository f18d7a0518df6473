/** What a client says before anything else, as far as it has come. */
export type ClientHello = { readonly kind: 'incomplete' } | { readonly kind: 'complete'; readonly serverName: string | undefined };

const incomplete: ClientHello = { kind: 'incomplete' };
/** What is no ClientHello has no name; who speaks TLS on will refuse it. */
const nameless: ClientHello = { kind: 'complete', serverName: undefined };
/** Longer ones are not read for a name. */
const mostBytes = 65_536;

const handshakeRecord = 22;
const clientHello = 1;
const serverNameExtension = 0;
const hostName = 0;

/** Reads the name that a client asks for (RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3). */
export function readClientHello(bytes: Buffer): ClientHello {
  const parts: Buffer[] = [];
  let at = 0;
  let have = 0;
  let wanted = 4;
  while (have < wanted) {
    if (at > mostBytes || (bytes.length > at && bytes[at] !== handshakeRecord)) return nameless;
    if (bytes.length < at + 5) return incomplete;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0) return nameless;
    if (bytes.length < at + 5 + length) return incomplete;
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
    have += length;
    if (have >= 4 && wanted === 4) {
      const message = Buffer.concat(parts);
      if (message[0] !== clientHello) return nameless;
      wanted += message.readUIntBE(1, 3);
    }
  }
  try {
    return { kind: 'complete', serverName: serverNameOf(Buffer.concat(parts).subarray(4, wanted)) };
  } catch {
    return nameless;
  }
}

/** @throws RangeError for a message that ends too early */
function serverNameOf(body: Buffer): string | undefined {
  // Version and random come first.
  let at = 34;
  at += 1 + body.readUInt8(at); // session id
  at += 2 + body.readUInt16BE(at); // cipher suites
  at += 1 + body.readUInt8(at); // compression
  const end = at + 2 + body.readUInt16BE(at);
  at += 2;
  while (at < end) {
    const type = body.readUInt16BE(at);
    const length = body.readUInt16BE(at + 2);
    if (type === serverNameExtension) {
      // The length of the list, then its first entry: kind and name.
      if (body.readUInt8(at + 6) !== hostName) return undefined;
      return body.toString('latin1', at + 9, at + 9 + body.readUInt16BE(at + 7));
    }
    at += 4 + length;
  }
  return undefined;
}
