import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { indexOfType, planAnswer } from '../../src/http/answer-head.ts';
import type { HeaderLines } from '../../src/http/message.ts';
import { headerLines, isFramingName, isServerName, requestLine } from '../../src/http/write-head.ts';
import { readAnswer, readRequests } from './read-requests.ts';

const tokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const token = fc.string({ unit: fc.constantFrom(...tokenCharacters), minLength: 1, maxLength: 20 });
const method = token.filter((name) => name !== 'CONNECT');
const name = token.filter(
  (text) => !isFramingName(text) && !isServerName(text) && !['host', 'expect', 'connection'].includes(text.toLowerCase()),
);
const value = fc
  .string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  })
  .map((text) => text.replaceAll(/^[ \t]+|[ \t]+$/g, ''));
const fields = fc.array(fc.tuple(name, value), { maxLength: 8 }).map((pairs) => pairs.flat());
const target = fc
  .string({
    unit: fc
      .integer({ min: 0x21, max: 0x7e })
      .map((code) => String.fromCharCode(code))
      .filter((c) => c !== '#' && c !== '\\'),
    maxLength: 40,
  })
  .map((rest) => `/${rest}`);
const body = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
const request = fc.record({
  method,
  target,
  fields,
  body,
  chunkSizes: fc.option(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }), { nil: undefined }),
});

interface Message {
  readonly method: string;
  readonly target: string;
  readonly fields: HeaderLines;
  readonly body: Buffer;
  readonly chunkSizes: readonly number[] | undefined;
}

suite('what is written is read back', () => {
  test('a sequence of requests, cut anywhere: each with its own head and its own body', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(400), { maxLength: 8 }), (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(writeRequest));
        const { requests, refused, why, incomplete } = readRequests(cutAt(bytes, cuts));
        assert.equal(refused, undefined, why ?? '');
        assert.equal(incomplete, false);
        assert.deepEqual(
          requests.map((read) => [
            read.head.method,
            read.head.target,
            read.head.headers.slice(2, 2 + fieldCount(read.head.headers)),
            read.body,
          ]),
          messages.map((message) => [message.method, message.target, message.fields, message.body.toString('latin1')]),
        );
      }),
      { seed: 20_260_401, numRuns: 300 },
    );
  });

  test('an answer, with the length that its body has', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fields,
        body,
        fc.array(fc.nat(400), { maxLength: 4 }),
        (status, headers, content, cuts) => {
          const plan = planAnswer(
            { method: 'GET', version: 'HTTP/1.1' },
            { status, headers, body: content },
            false,
            'Thu, 01 Jan 1970 00:00:00 GMT',
          );
          const bytes = Buffer.concat([Buffer.from(plan.head, 'latin1'), plan.bodiless ? Buffer.alloc(0) : content]);
          const read = readAnswer(cutAt(bytes, cuts));
          assert.equal(read.refused, undefined);
          assert.deepEqual([read.head?.status, read.surplus, read.incomplete], [status, 0, false]);
          assert.equal(read.body, plan.bodiless ? '' : content.toString('latin1'));
          const typeAt = indexOfType(headers);
          const others = typeAt < 0 ? headers : headers.toSpliced(typeAt, 2);
          const written = read.head!.headers;
          if (typeAt >= 0) assert.deepEqual(written.slice(2, 4), headers.slice(typeAt, typeAt + 2));
          assert.deepEqual(written.slice(written.length - others.length), others);
        },
      ),
      { seed: 20_260_402, numRuns: 300 },
    );
  });

  test('a value, name, method or target that would break the framing is not written', () => {
    for (const code of [0x00, 0x01, 0x0a, 0x0d, 0x7f, 0x100, 0x10a, 0x10d, 0x560a]) {
      const character = String.fromCharCode(code);
      assert.throws(() => headerLines(['A', `b${character}c`], () => false), { name: 'Unwritable' });
      assert.throws(() => headerLines([`A${character}`, 'b'], () => false), { name: 'Unwritable' });
      assert.throws(() => requestLine(`GET${character}`, '/'), { name: 'Unwritable' });
      assert.throws(() => requestLine('GET', `/a${character}b`), { name: 'Unwritable' });
    }
    for (const bad of ['', ' ', 'a b', 'a:', ':']) assert.throws(() => headerLines([bad, 'b'], () => false), { name: 'Unwritable' });
    for (const bad of ['', 'a', 'http://a/', '/a b', '/a#b']) assert.throws(() => requestLine('GET', bad), { name: 'Unwritable' });
  });
});

function writeRequest(message: Message): Buffer {
  const framing = message.chunkSizes === undefined ? `Content-Length: ${message.body.length}\r\n` : 'Transfer-Encoding: chunked\r\n';
  const head = `${requestLine(message.method, message.target)}Host: a\r\n${headerLines(message.fields, isFramingName)}${framing}\r\n`;
  const content = message.chunkSizes === undefined ? message.body : writeChunks(message.body, message.chunkSizes);
  return Buffer.concat([Buffer.from(head, 'latin1'), content]);
}

function writeChunks(content: Buffer, sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, index = 0; at < content.length; index++) {
    const chunk = content.subarray(at, at + sizes[index % sizes.length]!);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
    at += chunk.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

/** The lines between Host and the framing. */
function fieldCount(headers: HeaderLines): number {
  return headers.length - 4;
}

export function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}
