import { isIPv4 } from 'node:net';
import { bits, boolean, objectId, octets, sequence, tagged } from './der.ts';

const id = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** Of one who signs certificates. */
export function authorityExtensions(): readonly Buffer[] {
  // keyCertSign and cRLSign
  return [extension(id.basicConstraints, true, sequence(boolean(true))), extension(id.keyUsage, true, bits(Buffer.of(0x06), 1))];
}

/** Of a server of these host names and IPv4 addresses. */
export function serverExtensions(names: readonly string[]): readonly Buffer[] {
  const alternatives = names.map((name) =>
    isIPv4(name) ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name, 'latin1')),
  );
  return [...endEntity(id.serverAuth), extension(id.subjectAltName, false, sequence(...alternatives))];
}

/** Of a client. */
export function clientExtensions(): readonly Buffer[] {
  return endEntity(id.clientAuth);
}

function endEntity(purpose: string): Buffer[] {
  return [
    extension(id.basicConstraints, true, sequence()),
    // digitalSignature and keyEncipherment
    extension(id.keyUsage, true, bits(Buffer.of(0xa0), 5)),
    extension(id.extendedKeyUsage, false, sequence(objectId(purpose))),
  ];
}

/** RFC 5280 section 4.1.2.9 */
function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(oid), ...(critical ? [boolean(true)] : []), octets(value));
}
