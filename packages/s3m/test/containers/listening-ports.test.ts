import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListeningPorts } from '../../src/containers/listening-ports.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

test('Listening ports are told from connections, and loopback from all addresses', () => {
  const tcp = `${HEAD}   0: 00000000:1F90 00000000:0000 0A 0:0\n   1: 0100007F:1F91 00000000:0000 0A 0:0\n   2: 0100007F:1F90 0100007F:C000 01 0:0\n`;
  const tcp6 = `${HEAD}   0: 00000000000000000000000001000000:1F92 0:0 0A 0\n   1: 00000000000000000000000000000000:1F91 0:0 0A 0\n`;
  assert.deepEqual(parseListeningPorts(tcp, tcp6), [
    { port: 8080, loopbackOnly: false },
    { port: 8081, loopbackOnly: false },
    { port: 8082, loopbackOnly: true },
  ]);
});

test('No table is no port', () => {
  assert.deepEqual(parseListeningPorts('', HEAD), []);
});
