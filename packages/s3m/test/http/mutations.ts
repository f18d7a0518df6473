/** Messages to begin with. */
export const requestSeeds: readonly string[] = [
  'GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n',
  'POST /p HTTP/1.1\r\nHost: a:80\r\nContent-Length: 11\r\nContent-Type: text/plain\r\n\r\nhello world',
  'POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a="b"\r\nhello\r\n6\r\n world\r\n0\r\nX-T: u\r\n\r\n',
  'PUT http://a/b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab',
  'OPTIONS * HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n',
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'DELETE /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n',
  'HEAD /h HTTP/1.1\r\nHost: a\r\nX-A: \t b \t\r\nx-a:c\r\n\r\n',
];

export const answerSeeds: readonly string[] = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: x\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\nA: b\r\n\r\n',
  'HTTP/1.0 404 Not Found\r\n\r\nhello',
];

/** Pieces that smuggling is made of. */
const splinters: readonly string[] = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  '\x0b',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '1',
  'a',
  '0\r\n\r\n',
  '5\r\nhello\r\n',
  'Content-Length: 3\r\n',
  'Content-Length : 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  'Expect: 100-continue\r\n',
  'Connection: close\r\n',
  '\r\n ',
  'Host: b\r\n',
  'GET /x HTTP/1.1\r\n',
  'GET /x HTTP/1.1\r\nHost: a\r\n\r\n',
  'HTTP/1.1',
  'HTTP/1.0',
  '\xff',
  '\x85',
  '\xa0',
  '\x7f',
  '"',
  '\\',
  '#',
];

/** One to three places changed: a byte flipped, cut out, doubled, a line doubled, or a splinter put in. */
export function mutate(text: string, random: () => number): Buffer {
  let result = text;
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * result.length);
    const length = Math.floor(random() * 4);
    const kind = random();
    if (kind < 0.3) result = result.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + result.slice(at + 1);
    else if (kind < 0.5) result = result.slice(0, at) + result.slice(at + length);
    else if (kind < 0.55) result = result.slice(0, at + length) + result.slice(at);
    else if (kind < 0.65) result = doubleLine(result, at, random() < 0.5);
    else result = result.slice(0, at) + pick(splinters, random) + result.slice(at);
  }
  return Buffer.from(result, 'latin1');
}

/** The line around `at` twice, the first one maybe in small letters. */
function doubleLine(text: string, at: number, swapCase: boolean): string {
  const start = text.lastIndexOf('\r\n', at) + 2;
  const end = text.indexOf('\r\n', at);
  if (start < 2 || end === -1) return text;
  const line = text.slice(start, end + 2);
  return text.slice(0, start) + (swapCase ? line.toLowerCase() : line) + text.slice(start);
}

export function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}
