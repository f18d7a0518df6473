import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nameAnswer, tryQuestion } from '../../src/containers/name-answer.ts';

const RECORDS = {
  addresses: ['10.0.1.4', '10.0.1.5'],
  srv: [{ name: 'a.b.local', port: 8080, priority: 1, weight: 1 }],
  ttl: 60,
};

/** `b.local` */
const NAME = '0162056c6f63616c00';

function query(name: string, type: number, flags = 0x0100): Buffer {
  const header = Buffer.from([0x12, 0x34, flags >> 8, flags & 255, 0, 1, 0, 0, 0, 0, 0, 0]);
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.concat([header, Buffer.from([...labels, 0, 0, type, 0, 1])]);
}

function answer(message: Buffer, records: typeof RECORDS | undefined = RECORDS): string {
  return nameAnswer(message, tryQuestion(message), records)?.toString('hex') ?? 'none';
}

describe('the answer of the resolver (RFC 1035)', () => {
  test('names a host’s addresses with their time to live', () => {
    const record = (last: string): string => `c00c000100010000003c00040a0001${last}`;
    assert.equal(answer(query('b.local', 1)), `123481800001000200000000${NAME}00010001${record('04')}${record('05')}`);
  });

  test('names ports and hosts of a service (RFC 2782)', () => {
    const data = '000100011f9001610162056c6f63616c00';
    assert.equal(answer(query('b.local', 33)), `123481800001000100000000${NAME}00210001c00c002100010000003c0011${data}`);
  });

  test('has nothing of another type, which is no error, and says of unknown names that they do not exist', () => {
    assert.equal(answer(query('b.local', 28)), '1234818000010000000000000162056c6f63616c00001c0001');
    assert.equal(nameAnswer(query('c.local', 1), tryQuestion(query('c.local', 1)), undefined)?.[3], 0x83);
    assert.equal(answer(query('b.local', 1), { addresses: [], srv: [], ttl: 0 }).slice(4, 8), '8183');
  });

  test('is an error for what is cut off, has a pointer in its question, or is no query; none for a reply', () => {
    const whole = query('b.local', 1);
    for (let length = 12; length < whole.length; length += 1)
      assert.equal(answer(whole.subarray(0, length)).slice(4, 8), '8181', `${length}`);
    assert.equal(answer(Buffer.concat([whole.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])])).slice(4, 8), '8181');
    assert.equal(answer(query('b.local', 1, 0x2000)).slice(4, 8), 'a084');
    assert.equal(answer(query('b.local', 1, 0x8180)), 'none');
    assert.equal(answer(whole.subarray(0, 11)), 'none');
  });
});
