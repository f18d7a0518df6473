import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressBook } from '../../src/engine/address-book.ts';

const api = { aws: 'https://abc123.execute-api.us-east-1.amazonaws.com', local: 'http://127.0.0.1:3000' };
const site = { aws: 'http://front.s3-website-us-east-1.amazonaws.com', local: 'http://127.0.0.1:8080' };

function bookOf(...addresses: Parameters<AddressBook['set']>[1][number][]): AddressBook {
  const book = new AddressBook();
  addresses.forEach((address, index) => book.set(`owner ${index}`, [address]));
  return book;
}

test('a URL of a known host becomes the local URL and keeps its path', () => {
  assert.equal(bookOf(api).localize(`${api.aws}/prod/weather`), 'http://127.0.0.1:3000/prod/weather');
});

test('addresses are replaced wherever they stand in nested values', () => {
  assert.deepEqual(bookOf(api, site).localize({ origins: [site.aws, 7, null], text: `window.api = "${api.aws}/prod"` }), {
    origins: ['http://127.0.0.1:8080', 7, null],
    text: 'window.api = "http://127.0.0.1:3000/prod"',
  });
});

test('a bare host name becomes the local host and port', () => {
  assert.equal(bookOf(api).localize('abc123.execute-api.us-east-1.amazonaws.com'), '127.0.0.1:3000');
});

test('a URL whose host is local already gets the scheme that answers there', () => {
  const book = bookOf(api);
  assert.equal(book.localize(`https://${book.localize('abc123.execute-api.us-east-1.amazonaws.com')}/prod`), 'http://127.0.0.1:3000/prod');
  assert.equal(book.localize('https://127.0.0.1:30001/prod'), 'https://127.0.0.1:30001/prod');
});

test('a host name that only begins or ends like a known one stays as it is', () => {
  const book = bookOf(api);
  for (const text of [
    'https://xabc123.execute-api.us-east-1.amazonaws.com/',
    `${api.aws}.cn/prod`,
    'my-abc123.execute-api.us-east-1.amazonaws.com',
    `${api.aws}x`,
  ]) {
    assert.equal(book.localize(text), text);
  }
});

test('an owner that is removed takes its addresses along', () => {
  const book = bookOf(api);
  book.remove('owner 0');
  assert.equal(book.localize(api.aws), api.aws);
});

test('a name of the user’s own stays where it stands alone: only its URL leads to this machine', () => {
  const domain = { aws: 'https://api.example.com', local: 'http://127.0.0.1:3443', urlOnly: true } as const;
  assert.deepEqual(bookOf(domain).localize({ url: 'https://api.example.com/v1', name: 'api.example.com' }), {
    url: 'http://127.0.0.1:3443/v1',
    name: 'api.example.com',
  });
});
