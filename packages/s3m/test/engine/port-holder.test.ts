import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListeningInodes } from '../../src/engine/port-holder.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:0BB8 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
`;

test('only sockets that listen on the port are found in the kernel table', () => {
  assert.deepEqual([...parseListeningInodes(table, 3000)], ['4711']);
  assert.deepEqual([...parseListeningInodes(table, 8080)], ['4713']);
  assert.deepEqual([...parseListeningInodes(table, 80)], []);
  assert.deepEqual([...parseListeningInodes('', 3000)], []);
});
