import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DockerOutput } from '../../src/containers/docker-output.ts';
import { LastLines, OutputLines } from '../../src/containers/output-lines.ts';

test('Bytes become lines, also when a character or a line end is cut in two', () => {
  const lines: string[] = [];
  const output = new OutputLines((line) => lines.push(line));
  const bytes = Buffer.from('é one\r\n\ntwo');
  for (const byte of bytes) output.write(Buffer.from([byte]));
  assert.deepEqual(lines, ['é one', '']);
  output.end();
  assert.deepEqual(lines, ['é one', '', 'two']);
});

test('A line that never ends is given out in pieces', () => {
  const lines: string[] = [];
  const output = new OutputLines((line) => lines.push(line));
  for (let count = 0; count < 40; count += 1) output.write(Buffer.alloc(16 * 1024, 'x'));
  output.end();
  assert.deepEqual(
    lines.map((line) => line.length),
    [256 * 1024, 256 * 1024, 128 * 1024],
  );
});

test('Only the last lines are kept', () => {
  const last = new LastLines(2);
  for (const line of ['1', '2', '3']) last.add(line);
  assert.deepEqual(last.lines, ['2', '3']);
});

test("Docker's frames are taken apart, both outputs line by line, also when a frame is cut", () => {
  const lines: string[] = [];
  const output = new DockerOutput((line) => lines.push(line));
  const bytes = Buffer.concat([frame(1, 'out '), frame(2, 'err\n'), frame(1, 'more\nrest')]);
  for (const byte of bytes) output.write(Buffer.from([byte]));
  output.end();
  assert.deepEqual(lines, ['err', 'out more', 'rest']);
});

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}
