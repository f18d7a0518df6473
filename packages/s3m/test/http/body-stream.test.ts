import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BodyStream, emptyBody, type BodySource } from '../../src/http/body-stream.ts';
import { BodyTooLarge } from '../../src/http/message.ts';

class Source implements BodySource {
  wanted = 0;
  discarded = 0;
  bodyWanted(): void {
    this.wanted++;
  }
  bodyDiscarded(): void {
    this.discarded++;
  }
}

suite('body of a message', () => {
  test('iterating gives what came before and what comes later, in order', async () => {
    const body = new BodyStream(undefined, new Source());
    body.push(Buffer.from('a'));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of body) seen.push(chunk.toString());
    })();
    body.push(Buffer.from('b'));
    body.push(Buffer.from('c'));
    body.end();
    await reading;
    assert.deepEqual(seen, ['a', 'b', 'c']);
  });

  test('readAll joins all chunks', async () => {
    const body = new BodyStream(4, new Source());
    body.push(Buffer.from('ab'));
    const all = body.readAll(4);
    body.push(Buffer.from('cd'));
    body.end();
    assert.equal((await all).toString(), 'abcd');
  });

  test('readAll beyond the limit rejects and drops the rest', async () => {
    const source = new Source();
    const body = new BodyStream(undefined, source);
    const all = body.readAll(3);
    body.push(Buffer.from('ab'));
    body.push(Buffer.from('cd'));
    await assert.rejects(all, BodyTooLarge);
    assert.equal(source.discarded, 1);
    body.push(Buffer.alloc(100_000));
    assert.equal(body.full, false);
  });

  test('readAll of a declared length beyond the limit rejects before asking for a byte', async () => {
    const source = new Source();
    await assert.rejects(new BodyStream(5, source).readAll(4), BodyTooLarge);
    assert.equal(source.wanted, 0);
  });

  test('a body that nobody reads asks for nothing and fills up', () => {
    const source = new Source();
    const body = new BodyStream(undefined, source);
    assert.equal(body.full, false);
    body.push(Buffer.alloc(65_536));
    assert.equal(body.full, true);
    assert.equal(source.wanted, 0);
  });

  test('a reader that stops holds the sender back, and asks for more when it goes on', async () => {
    const source = new Source();
    const body = new BodyStream(undefined, source);
    const iterator = body[Symbol.asyncIterator]();
    body.push(Buffer.alloc(10));
    body.push(Buffer.alloc(65_536));
    assert.equal(body.full, true);
    const before = source.wanted;
    await iterator.next();
    await iterator.next();
    const third = iterator.next();
    assert.equal(body.full, false);
    assert.ok(source.wanted > before);
    body.end();
    assert.deepEqual(await third, { done: true, value: undefined });
  });

  test('breaking out of the iteration drops the rest', async () => {
    const source = new Source();
    const body = new BodyStream(undefined, source);
    body.push(Buffer.from('a'));
    for await (const chunk of body) {
      assert.equal(chunk.toString(), 'a');
      break;
    }
    assert.equal(source.discarded, 1);
  });

  test('a body that fails rejects for its reader, before and after it began to read', async () => {
    const failed = new BodyStream(undefined, new Source());
    failed.fail(new Error('gone'));
    await assert.rejects(failed.readAll(10), /gone/);
    const failing = new BodyStream(undefined, new Source());
    const reading = failing.readAll(10);
    failing.fail(new Error('gone'));
    await assert.rejects(reading, /gone/);
  });

  test('a body has one reader', async () => {
    const body = new BodyStream(undefined, new Source());
    body.end();
    await body.readAll(1);
    assert.throws(() => body.attach({ write: () => true, end: () => {}, fail: () => {} }), /already/);
    await assert.rejects(body.readAll(1), /already/);
  });

  test('the end is told once, also to a sink that was held back', () => {
    const body = new BodyStream(undefined, new Source());
    let ends = 0;
    body.attach({ write: () => false, end: () => ends++, fail: () => {} });
    body.push(Buffer.from('a'));
    body.push(Buffer.from('b'));
    body.end();
    assert.equal(ends, 0);
    body.resume();
    body.resume();
    assert.equal(ends, 1);
  });

  test('no body is an empty one', async () => {
    assert.equal((await emptyBody.readAll(0)).length, 0);
    for await (const chunk of emptyBody) assert.fail(`${chunk.length} bytes`);
  });
});
