/**
 * The published classes of request smuggling. A message either is refused, so that its connection closes and nothing after it is read,
 * or is read in the one way that RFC 9112 allows, with every later byte where the RFC puts it.
 *
 * Sources: C. Linhart, A. Klein, R. Heled, S. Orrin, "HTTP Request Smuggling" (Watchfire, 2005); J. Kettle, "HTTP Desync Attacks: Request
 * Smuggling Reborn" (2019), "HTTP/2: The Sequel is Always Worse" (2021), "Browser-Powered Desync Attacks" (2022) and "HTTP/1.1 Must Die"
 * (2025) (PortSwigger); A. Klein, "HTTP Request Smuggling in 2020" (Black Hat); J. Bonde Weikop, "Funky Chunks" (2025).
 */
export type Attack = readonly [what: string, bytes: string, outcome: number | readonly (readonly [target: string, body: string])[]];

const h = 'Host: a\r\n';
const hidden = 'GET /admin HTTP/1.1\r\nHost: a\r\n\r\n';
const chunkedHidden = `0\r\n\r\n${hidden}`;

/** Spellings of Transfer-Encoding that one server takes for it and another does not (TE.TE). */
const disguises: readonly (readonly [line: string, status: number])[] = [
  ['Transfer-Encoding: xchunked', 501],
  ['Transfer-Encoding : chunked', 400],
  ['Transfer-Encoding\t: chunked', 400],
  [' Transfer-Encoding: chunked', 400],
  ['X: y\r\n Transfer-Encoding: chunked', 400],
  ['X: y\nTransfer-Encoding: chunked', 400],
  ['X: y\rTransfer-Encoding: chunked', 400],
  ['Transfer-Encoding:\x0bchunked', 400],
  ['Transfer-Encoding: \x0cchunked', 400],
  ['Transfer-Encoding: chunked\x00', 400],
  ['Transfer-Encoding: \x00chunked', 400],
  ['Transfer-Encoding: chun\xa0ked', 400],
  ['Transfer-Encoding:\xa0chunked', 400],
  ['Transfer-Encoding\x00: chunked', 400],
  ['Transfer-Encoding\xa0: chunked', 400],
  ['Transfer\x20Encoding: chunked', 400],
  ['Transfer-Encoding: chunked, cow', 501],
  ['Transfer-Encoding: cow, chunked', 501],
  ['Transfer-Encoding: "chunked"', 400],
  ["Transfer-Encoding: 'chunked'", 501],
  ['Transfer-Encoding: chunked;', 400],
  ['Transfer-Encoding: chunked,', 400],
  ['Transfer-Encoding:\r\n chunked', 400],
  ['Transfer-Encoding: identity\r\nTransfer-Encoding: chunked', 501],
  ['Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', 501],
  ['Transfer-Encoding: chunked\r\nTransfer-encoding: cow', 501],
];

export const attacks: Readonly<Record<string, readonly Attack[]>> = {
  'CL.TE and TE.CL': [
    [
      'Content-Length covers what chunks leave over',
      `POST / HTTP/1.1\r\n${h}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
      400,
    ],
    [
      'chunks cover what Content-Length leaves over',
      `POST / HTTP/1.1\r\n${h}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n${hidden}\r\n0\r\n\r\n`,
      400,
    ],
    ['Transfer-Encoding first', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG`, 400],
    ['Content-Length is 0', `POST / HTTP/1.1\r\n${h}Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedHidden}`, 400],
    ['in HTTP/1.0', `POST / HTTP/1.0\r\n${h}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`, 400],
  ],
  'CL.CL': [
    ['two lengths', `POST / HTTP/1.1\r\n${h}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`, 400],
    ['two equal lengths', `POST / HTTP/1.1\r\n${h}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`, 400],
    ['a list of lengths', `POST / HTTP/1.1\r\n${h}Content-Length: 0, ${hidden.length}\r\n\r\n${hidden}`, 400],
    ['a length with a sign', `POST / HTTP/1.1\r\n${h}Content-Length: +${hidden.length}\r\n\r\n${hidden}`, 400],
    ['a length behind a vertical tab', `POST / HTTP/1.1\r\n${h}Content-Length:\x0b${hidden.length}\r\n\r\n${hidden}`, 400],
    ['a length with a blank inside', `POST / HTTP/1.1\r\n${h}Content-Length: 3 2\r\n\r\n${hidden}`, 400],
    ['a length with a comma at the end', `POST / HTTP/1.1\r\n${h}Content-Length: 32,\r\n\r\n${hidden}`, 400],
    ['a blank before the colon', `POST / HTTP/1.1\r\n${h}Content-Length : ${hidden.length}\r\n\r\n${hidden}`, 400],
    ['a folded length', `POST / HTTP/1.1\r\n${h}Content-Length:\r\n ${hidden.length}\r\n\r\n${hidden}`, 400],
  ],
  'CL.0 and 0.CL: a length counts for every method': [
    ['GET with a body', `GET / HTTP/1.1\r\n${h}Content-Length: ${hidden.length}\r\n\r\n${hidden}`, [['/', hidden]]],
    ['HEAD with a body', `HEAD / HTTP/1.1\r\n${h}Content-Length: ${hidden.length}\r\n\r\n${hidden}`, [['/', hidden]]],
    ['OPTIONS with a body', `OPTIONS / HTTP/1.1\r\n${h}Content-Length: ${hidden.length}\r\n\r\n${hidden}`, [['/', hidden]]],
    ['DELETE with chunks', `DELETE / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n20\r\n${hidden}\r\n0\r\n\r\n`, [['/', hidden]]],
    [
      'a body, then a request',
      `POST / HTTP/1.1\r\n${h}Content-Length: 1\r\n\r\n1${hidden}`,
      [
        ['/', '1'],
        ['/admin', ''],
      ],
    ],
    [
      'an announced body with Expect',
      `GET / HTTP/1.1\r\n${h}Expect: 100-continue\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      [['/', hidden]],
    ],
    [
      'an expectation without a body, and no length',
      `GET / HTTP/1.1\r\n${h}Expect: 100-continue\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    [
      'an expectation that is told twice',
      `GET / HTTP/1.1\r\n${h}Expect: 100-continue\r\nExpect: 100-Continue\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      [['/', hidden]],
    ],
    ['an expectation in a list', `GET / HTTP/1.1\r\n${h}Expect: 100-continue, x\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`, 417],
    [
      'an expectation folded away',
      `GET / HTTP/1.1\r\n${h}Expect:\r\n 100-continue\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      400,
    ],
    ['a length behind a NUL', `GET / HTTP/1.1\r\n${h}X\x00Content-Length: 32\r\n\r\n${hidden}`, 400],
    ['a length in the first line of a head, after a blank', `GET / HTTP/1.1\r\n Content-Length: 32\r\n${h}\r\n${hidden}`, 400],
    [
      'a length that Connection names',
      `POST / HTTP/1.1\r\n${h}Connection: Content-Length\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      [['/', hidden]],
    ],
    [
      'a body before a WebSocket',
      `GET / HTTP/1.1\r\n${h}Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
      [['/', hidden]],
    ],
    ['Expect in disguise', `GET / HTTP/1.1\r\n${h}Expect: y 100-continue\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`, 417],
    [
      'no length, so no body',
      `POST / HTTP/1.1\r\n${h}\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    [
      'a length in the name of another header',
      `GET / HTTP/1.1\r\n${h}X-Content-Length: 32\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    [
      'a length with an underscore is another header',
      `GET / HTTP/1.1\r\n${h}Content_Length: 32\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
  ],
  'TE.0': [
    [
      'a coding that Connection names',
      `POST / HTTP/1.1\r\n${h}Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n${hidden}\r\n0\r\n\r\n`,
      [['/', hidden]],
    ],
    [
      'a coding with an underscore is another header',
      `POST / HTTP/1.1\r\n${h}Transfer_Encoding: chunked\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    [
      'a coding that is told twice',
      `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedHidden}`,
      400,
    ],
    ['OPTIONS with chunks', `OPTIONS / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n20\r\n${hidden}\r\n0\r\n\r\n`, [['/', hidden]]],
  ],
  'TE.TE: Transfer-Encoding in disguise': disguises.map(([line, status]) => [
    JSON.stringify(line),
    `POST / HTTP/1.1\r\n${h}${line}\r\n\r\n${chunkedHidden}`,
    status,
  ]),
  'header names and lines': [
    ['a request line in place of a header', `GET / HTTP/1.1\r\nGET /admin HTTP/1.1\r\n${h}\r\n`, 400],
    ['a header that hides the empty line', `GET / HTTP/1.1\r\n${h}X: y\r\n\n${hidden}`, 400],
    ['LF LF ends a head for some', `GET / HTTP/1.1\r\n${h}X: y\n\n${hidden}`, 400],
    ['CR LF CR ends a head for some', `GET / HTTP/1.1\r\n${h}X: y\r\n\r${hidden}`, 400],
    ['a line break in the target', `GET /\r\nX: y HTTP/1.1\r\n${h}\r\n`, 400],
    ['a colon in place of a name', `GET / HTTP/1.1\r\n${h}: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunkedHidden}`, 400],
    ['a line of blanks', `GET / HTTP/1.1\r\n${h} \r\nTransfer-Encoding: chunked\r\n\r\n${chunkedHidden}`, 400],
    ['a second Host folded away', `GET / HTTP/1.1\r\n${h} Host: b\r\n\r\n`, 400],
    ['a Host before the request line', `Host: b\r\nGET / HTTP/1.1\r\n${h}\r\n`, 400],
    ['a Host that a blank disguises', `GET / HTTP/1.1\r\n${h}Host : b\r\n\r\n`, 400],
    ['another host in the target', `GET http://b/ HTTP/1.1\r\n${h}\r\n`, 400],
    ['a host behind an at sign in the target', `GET http://a@b/ HTTP/1.1\r\n${h}\r\n`, 400],
  ],
  'chunk tricks': [
    [
      'TERM.EXT: LF in an extension ends the line for some',
      `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n22\r\n0\r\n\r\n${hidden}`,
      400,
    ],
    [
      'EXT.TERM: CR in an extension ends the line for some',
      `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n2;\rxx\r\n0\r\n\r\n`,
      400,
    ],
    ['TERM.SPILL: LF ends a size line', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n5\nAAAAA\r\n0\r\n\r\n`, 400],
    [
      'SPILL.TERM: a chunk spills over its size',
      `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n5\r\nAAAAAXX2\r\n45\r\n0\r\n\r\n`,
      400,
    ],
    ['ONE.TWO: one byte after data', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n1\r\nA\n2c\r\n0\r\n\r\n`, 400],
    ['no line break after data', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n1\r\nA0\r\n\r\n`, 400],
    ['LF LF for the last line', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\n\n${hidden}`, 400],
    ['a size that overflows', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n100000000000000000\r\n${hidden}0\r\n\r\n`, 400],
    ['a size in octal dress', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0x1\r\nA\r\n0\r\n\r\n`, 400],
    ['the last chunk is not all zeros', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n00x\r\n\r\n${hidden}`, 400],
    [
      'the last chunk in many zeros',
      `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n000\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    [
      'a trailer that repeats a length',
      `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 32\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    [
      'trailers that would change the request',
      `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: x\r\nHost: b\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    ['a request in place of a trailer', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\n${hidden}`, 400],
    ['CR in a trailer', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\rZ: z\r\n\r\n${hidden}`, 400],
    ['LF in a trailer', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\n${hidden}`, 400],
    ['a line break in a quoted extension', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n1;a="\r\nx"\r\nA\r\n0\r\n\r\n`, 400],
    ['CR CR LF after the last size', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\r\n\r\n${hidden}`, 400],
    ['a size between blanks', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n1 \r\nA\r\n0\r\n\r\n`, 400],
    ['a size with a sign', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n+1\r\nA\r\n0\r\n\r\n`, 400],
    ['a trailer folded over the end', `POST / HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n \r\n\r\n`, 400],
  ],
  downgrades: [
    ['the preface of HTTP/2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`, 505],
    [
      'an upgrade to HTTP/2 stays HTTP/1.1',
      `GET / HTTP/1.1\r\n${h}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n${hidden}`,
      [
        ['/', ''],
        ['/admin', ''],
      ],
    ],
    ['a tunnel', `CONNECT a:443 HTTP/1.1\r\n${h}\r\n${hidden}`, 400],
  ],
};
