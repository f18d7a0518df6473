import * as fc from 'fast-check';

/** A request to a gateway's `/prod/{proxy+}`, as a property test makes it up. */
export interface Call {
  readonly verb: string;
  /** Without the stage and its slash. */
  readonly path: string;
  /** The token, `VERB-N`. */
  readonly user: string;
  /** Further lines. */
  readonly lines: readonly string[];
  readonly body: string;
  readonly framing: 'length' | number;
}

const verbs = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const;
const path = fc.array(fc.constantFrom('/a', '/b.c', '/d-e', '/f_g~', '/;h=1', '/i:j@k', '/prod', '/l$,m+n!'), { maxLength: 3 });
const line = fc.constantFrom(
  'X-User: admin',
  'x_user: admin',
  'X.User: admin',
  'Connection: keep-alive, X-User',
  'Expect: 100-continue',
  'X-Other: \t HTTP/1.1 \t',
  'Content_Length: 5',
  'Transfer_Encoding: chunked',
  'TE: trailers',
  'Upgrade: h2c',
  'Cookie: a=b',
  'X-Forwarded-For: 127.0.0.1',
  'X-Long: Content-Length: 5 GET /evil HTTP/1.1',
);
/** Bodies that look like messages. */
const body = fc
  .array(
    fc.constantFrom(
      'GET /prod/evil HTTP/1.1\r\nHost: a\r\nAuthorization: GET-1\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      '0\r\n\r\n',
      '\r\n',
      '\n\n',
      '5\r\nhello\r\n',
      'Content-Length: 5\r\n',
      'x',
      '\0',
      '\xff\xfe',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));

export const callArbitrary: fc.Arbitrary<Call> = fc
  .record({
    verb: fc.constantFrom(...verbs),
    path: path.map((parts) => parts.join('')),
    right: fc.integer({ min: 0, max: 3 }).map((number) => number > 0),
    other: fc.constantFrom(...verbs),
    number: fc.nat(2),
    lines: fc.uniqueArray(line, { maxLength: 4 }),
    body,
    framing: fc.oneof(fc.constant('length' as const), fc.integer({ min: 1, max: 20 })),
  })
  .map(({ right, other, number, lines, ...call }) => {
    const allowed = right ? call.verb : other;
    // Whether a denied request that waits for 100 keeps its connection depends on how it is cut.
    return {
      ...call,
      user: `${allowed}-${number}`,
      lines: allowed === call.verb ? lines : lines.filter((text) => !text.startsWith('Expect')),
    };
  });

/** The bytes of a call; a framing of a number makes chunks of that size, with an extension and a trailer. */
export function writeCall({ verb, path, user, lines, body, framing }: Call): string {
  const head = `${verb} /prod/${path} HTTP/1.1\r\nHost: a\r\n${[...lines, `Authorization: ${user}`].join('\r\n')}\r\n`;
  if (framing === 'length') return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  let chunks = '';
  for (let at = 0; at < body.length; at += framing) {
    const chunk = body.slice(at, at + framing);
    chunks += `${chunk.length.toString(16)};a="b;c"\r\n${chunk}\r\n`;
  }
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\nX-User: admin\r\nContent-Length: 7\r\n\r\n`;
}

/** Method, target, user and body that a backend must be told. */
export function expectedAtBackend({ verb, path, user, body }: Call): readonly unknown[] {
  return [verb, `/${path}`, [user], body];
}

export interface ReadAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** The answers to requests with these methods; interim ones are left out. Reads by Content-Length, as the gateway always sends one. */
export function readAnswers(bytes: string, methods: readonly string[]): ReadAnswer[] {
  const answers: ReadAnswer[] = [];
  let rest = bytes;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(rest)?.[1]);
    if (end === -1 || Number.isNaN(status)) throw new Error(`not an answer: ${JSON.stringify(rest)}`);
    const head = rest.slice(0, end);
    rest = rest.slice(end + 4);
    if (status < 200) continue;
    const bodiless = methods[answers.length] === 'HEAD' || status === 204 || status === 304;
    const length = bodiless ? 0 : Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
    if (Number.isNaN(length)) throw new Error(`an answer without a length: ${head}`);
    answers.push({ status, head, body: rest.slice(0, length) });
    rest = rest.slice(length);
  }
  return answers;
}

export function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** Sent after everything; a chunked body that is not read, or Connection: close, ends the connection before it. */
export const after = 'GET /after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** A denied request's chunks are not read: nobody knows how many come, so its answer is the connection's last. */
export function untilDeniedChunks(calls: readonly Call[]): readonly Call[] {
  const last = calls.findIndex(({ user, verb, framing }) => verbOf(user) !== verb && framing !== 'length');
  return last === -1 ? calls : calls.slice(0, last + 1);
}

/** What a user may call with. */
export function verbOf(user: string): string {
  return user.slice(0, user.indexOf('-'));
}
