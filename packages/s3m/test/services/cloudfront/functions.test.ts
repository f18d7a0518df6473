import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EdgeAnswer } from '../../../src/services/cloudfront/distribution/origin-answer.ts';
import type { ViewerRequest } from '../../../src/services/cloudfront/distribution/viewer-request.ts';
import { cloudFrontFunction } from '../../../src/services/cloudfront/function.ts';
import { fromEventRequest, type EdgeEvent } from '../../../src/services/cloudfront/functions/edge-event.ts';
import { EdgeFunction, FunctionError } from '../../../src/services/cloudfront/functions/edge-function.ts';
import { FunctionProcess } from '../../../src/services/cloudfront/functions/function-process.ts';
import { runFunction, withResponse, type FunctionOutcome } from '../../../src/services/cloudfront/functions/run-function.ts';

const request: ViewerRequest = {
  method: 'GET',
  path: '/a%20b',
  query: 'x=1&y=%C3%A9&x=2&flag',
  headers: [
    ['host', 'd1.cloudfront.net'],
    ['accept', 'text/html'],
    ['accept', '*/*'],
    ['cookie', 'id=7; theme=dark'],
  ],
  ip: '203.0.113.9',
  id: 'ID==',
};

interface Run {
  readonly outcome: FunctionOutcome;
  readonly told: readonly string[];
  readonly logged: readonly string[];
}

async function run(code: string, answer?: EdgeAnswer): Promise<Run> {
  const [told, logged]: [string[], string[]] = [[], []];
  using edge = new EdgeFunction('arn:aws:cloudfront::000000000000:function/f', code, (message) => void logged.push(message));
  const names = { id: 'E1', domainName: 'd1.cloudfront.net' };
  return { outcome: await runFunction(edge, names, request, answer, (problem) => void told.push(problem)), told, logged };
}

test('A function is given the event in the shape that CloudFront documents (S3W-052)', async () => {
  const { logged } = await run('function handler(event) { console.log(event); return event.request; }');
  assert.deepEqual(JSON.parse(logged[0]!), {
    version: '1.0',
    context: { distributionDomainName: 'd1.cloudfront.net', distributionId: 'E1', eventType: 'viewer-request', requestId: 'ID==' },
    viewer: { ip: '203.0.113.9' },
    request: {
      method: 'GET',
      uri: '/a%20b',
      querystring: {
        x: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] },
        y: { value: '%C3%A9' },
        flag: { value: '' },
      },
      headers: {
        host: { value: 'd1.cloudfront.net' },
        accept: { value: 'text/html', multiValue: [{ value: 'text/html' }, { value: '*/*' }] },
      },
      cookies: { id: { value: '7' }, theme: { value: 'dark' } },
    },
  });
});

test('A request that it returns goes on as it is then, but for its method (S3W-053)', async () => {
  const { outcome } = await run(`async function handler(event) {
    const { request } = event;
    request.method = 'POST';
    request.uri = '/index.html';
    request.headers['x-own'] = { value: 'yes' };
    delete request.querystring.x;
    request.cookies.id.value = '8';
    return request;
  }`);
  assert.ok(outcome.kind === 'request');
  assert.deepEqual(fromEventRequest(request, outcome.request), {
    method: 'GET',
    path: '/index.html',
    query: 'y=%C3%A9&flag',
    headers: [
      ['host', 'd1.cloudfront.net'],
      ['accept', 'text/html'],
      ['accept', '*/*'],
      ['x-own', 'yes'],
      ['cookie', 'id=8; theme=dark'],
    ],
    ip: '203.0.113.9',
    id: 'ID==',
  });
});

test('A response that it returns to a request ends it at the edge (S3W-053)', async () => {
  const { outcome } = await run(`function handler() {
    return {
      statusCode: 302,
      statusDescription: 'Found',
      headers: { location: { value: 'https://example.com/' } },
      cookies: { a: { value: '1', attributes: 'Secure' } },
      body: { encoding: 'base64', data: 'aGk=' },
    };
  }`);
  assert.ok(outcome.kind === 'response');
  const answer = withResponse({ status: 200, headers: [], body: Buffer.alloc(0) }, outcome.response, 'GET');
  assert.deepEqual(answer, {
    status: 302,
    headers: [
      ['location', 'https://example.com/'],
      ['set-cookie', 'a=1; Secure'],
      ['content-length', '2'],
    ],
    body: Buffer.from('hi'),
  });
});

test('An answer has its headers and cookies in the event, and keeps its body when the function says nothing of it (S3W-052)', async () => {
  const body = Buffer.from('page');
  const answer: EdgeAnswer = {
    status: 200,
    headers: [
      ['Content-Type', 'text/html'],
      ['Set-Cookie', 'a=1; Path=/'],
      ['Set-Cookie', 'b=2'],
    ],
    body,
  };
  const { outcome } = await run(
    `function handler(event) { var r = event.response; r.headers['x-seen'] = { value: r.headers['content-type'].value }; r.cookies.a.value = '9'; return r; }`,
    answer,
  );
  assert.ok(outcome.kind === 'response');
  assert.deepEqual(withResponse(answer, outcome.response, 'GET'), {
    status: 200,
    headers: [
      ['content-type', 'text/html'],
      ['x-seen', 'text/html'],
      ['set-cookie', 'a=9; Path=/'],
      ['set-cookie', 'b=2'],
    ],
    body,
  });
});

test('A function that throws, or does not end, is 503; one that returns what it may not is 502, and both are told (S3W-054)', async () => {
  const cases: readonly (readonly [code: string, status: number, told: RegExp])[] = [
    ['function handler() { throw new Error("no") }', 503, /Error: no/],
    ['function handler() { return missing }', 503, /missing is not defined/],
    ['function other() {}', 503, /handler is not defined/],
    ['function handler() { for (;;); }', 503, /timed out/],
    ['function handler() { return new Promise(function () {}) }', 503, /did not end/],
    ['function handler() {}', 502, /not an object/],
    ['function handler(e) { e.request.uri = "a"; return e.request }', 502, /begin with a slash/],
    ['function handler(e) { e.request.headers["x-cache"] = {value: "a"}; return e.request }', 502, /x-cache is not allowed/],
    ['function handler(e) { e.request.headers.host.value = "a"; return e.request }', 502, /host is read-only/],
    ['function handler(e) { e.request.headers["X-Own"] = {value: "a"}; return e.request }', 502, /lower case/],
    ['function handler(e) { e.request.headers["x-own"] = "a"; return e.request }', 502, /objects with a value/],
    ['function handler() { return {statusCode: "many"} }', 502, /statusCode/],
    ['function handler() { return {statusCode: 100} }', 502, /statusCode/],
    ['function handler() { return {statusCode: 200, body: {data: 5}} }', 502, /body must be/],
    ['function handler() { return {statusCode: 200, body: {data: "a", encoding: "hex"}} }', 502, /body must be/],
    ['function handler() { return {statusCode: 200, cookies: {a: {value: "1\\r\\n"}}} }', 502, /cookie "a"/],
    ['function handler() { return {statusCode: 200, cookies: {a: {value: "1", attributes: 5}}} }', 502, /cookie "a"/],
    ['function handler(e) { e.request.headers.own = {value: "a\\r\\nx-user: b"}; return e.request }', 502, /value of the header own/],
    ['function handler(e) { e.request.headers.own = {value: "a", multiValue: [{value: "\\u0000"}]}; return e.request }', 502, /header own/],
    ['function handler(e) { e.request.headers.own = {value: "a", multiValue: "b"}; return e.request }', 502, /objects with a value/],
    ['function handler(e) { e.request.headers["a b"] = {value: "a"}; return e.request }', 502, /name of a header/],
  ];
  for (const [code, status, told] of cases) {
    const result = await run(code);
    assert.ok(result.outcome.kind === 'failed', code);
    assert.equal(result.outcome.error.status, status, code);
    assert.match(result.told.join(), told, code);
  }
});

test('A function has no network, files, timers or globals of Node, and forgets between two events (S3W-052)', async () => {
  const kinds = await run(
    'var count = 0; function handler(e) { count++; console.log([typeof process, typeof fetch, typeof setTimeout, count]); try { require("fs") } catch (x) { console.log(x.message) } return e.request }',
  );
  assert.deepEqual(kinds.logged, ['["undefined","undefined","undefined",1]', 'no module named fs']);
  const hash = await run(
    'var c = require("crypto"); function handler(e) { console.log(c.createHash("sha256").update("a").digest("hex")); return e.request }',
  );
  assert.match(hash.logged[0]!, /^ca978112/);
});

test('Code of more than ten kilobytes, and another runtime than the two there are, are refused at load (S3W-052, S3W-055)', () => {
  const messages = (FunctionCode: string, Runtime: string): readonly string[] =>
    cloudFrontFunction.check!({ Name: 'f', FunctionCode, FunctionConfig: { Runtime, Comment: '' } }, {}).map(({ message }) => message);
  assert.deepEqual(messages('function handler() {}', 'cloudfront-js-1.0'), []);
  assert.deepEqual(messages('function handler() {}', 'cloudfront-js-2.0'), []);
  assert.match(messages('function handler() {}', 'nodejs22.x')[0]!, /cloudfront-js-1\.0, cloudfront-js-2\.0/);
  assert.match(messages('x'.repeat(10_241), 'cloudfront-js-2.0')[0]!, /10241 bytes, the maximum is 10240/);
});

test('A promise that fails in a function, and that nobody waits for, stops nothing', async () => {
  const { outcome } = await run(
    "async function fetchRules() { throw new Error('no network') } function handler(e) { fetchRules(); Promise.reject(1); return e.request }",
  );
  assert.equal(outcome.kind, 'request');
});

test('A function that takes all memory ends alone, and the next event finds it as it was', async () => {
  using edge = new EdgeFunction(
    'arn:f',
    'function handler(e) { if (e.version === "1.0") return 1; const all = []; for (;;) all.push(new Array(1e6).fill(1.5)) }',
    () => {},
  );
  const event = { version: '1.0' } as EdgeEvent;
  await assert.rejects(edge.run({ ...event, version: '2.0' } as unknown as EdgeEvent), FunctionError);
  assert.equal(await edge.run(event), 1);
});

test('A size for which V8 ends its process ends the function alone, and the next event finds it as it was', async () => {
  using edge = new EdgeFunction(
    'arn:f',
    'function handler(e) { return e.version === "1.0" ? 1 : "a".repeat(2 ** 29 - 24).split("") }',
    () => {},
  );
  const event = { version: '1.0' } as EdgeEvent;
  await assert.rejects(edge.run({ ...event, version: '2.0' } as unknown as EdgeEvent), {
    name: 'Error',
    message: /process ended with SIG.*64 MB/,
  });
  assert.equal(await edge.run(event), 1);
});

test('A loop within V8 that no time limit reaches ends with its process', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const code = 'function handler() { return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }';
  const edge = new FunctionProcess('arn:f', code, { ended: ({ text }) => resolve(String(text)), gone: resolve }, 1000);
  edge.ask(1, '{}');
  assert.equal(await promise, 'The function did not end within 1000 ms');
});

test('What a function logs without end is cut off', async () => {
  const { logged } = await run('function handler() { for (;;) console.log("a".repeat(1000)) }');
  const characters = logged.join('\n').length;
  assert.ok(characters > 60_000 && characters <= 65_536, String(characters));
});

test('No object that a function is given leads to Node (S3W-052)', async () => {
  const objects = [
    'Buffer',
    'Buffer.from',
    'Buffer.from("a").buffer',
    'require',
    'require("crypto").createHash',
    'require("querystring").parse',
    'console.log',
    'atob',
    '__run',
    '(() => { try { atob("*") } catch (x) { return x } })()',
    '(() => { const a = {}; a.a = a; try { console.log(a) } catch (x) { return x } })()',
    '(() => { let found = atob; try { Buffer.from({ length: 1, [Symbol.for("nodejs.util.inspect.custom")]: (d, o, inspect) => { found = inspect } }) } catch (x) { found = x } return found })()',
    '(() => { Error.prepareStackTrace = (error, frames) => frames; return new Error("x").stack })()',
    '(() => { let found = atob; Array.prototype[Symbol.iterator] = function* () { yield { toString() { found = arguments.callee } } }; try { btoa("a"); console.log("a") } catch (x) { found = x } return found })()',
  ];
  for (const object of objects) {
    const code = `function handler(e) {
      const { getPrototypeOf } = Object;
      let all = [], next = ${object};
      while (next !== null && next !== undefined) { all.push(next); next = getPrototypeOf(next) }
      for (let at = 0; at < all.length; at++) {
        let made;
        try { made = all[at].constructor.constructor("return typeof process")() } catch (x) { made = x.name }
        if (made !== "EvalError") return { statusCode: 299 + (made === "object" ? 200 : 0) };
      }
      return { statusCode: 200 };
    }`;
    const { outcome, told } = await run(code);
    assert.ok(outcome.kind === 'response', `${object}: ${told.join()}`);
    assert.equal(outcome.response.statusCode, 200, object);
  }
});

test('A function has Buffer, crypto, querystring and base64 as CloudFront gives them (S3W-052)', async () => {
  const cases: readonly (readonly [expression: string, value: unknown])[] = [
    ['Buffer.from("aGk=", "base64").toString()', 'hi'],
    ['Buffer.from("h\u00e9", "latin1").toString("hex")', '68e9'],
    ['Buffer.concat([Buffer.from("a"), Buffer.from([98]), Buffer.from("63", "hex")]).toString()', 'abc'],
    ['Buffer.from("abcabc").indexOf("ca") + Buffer.from("abcabc").lastIndexOf("ab")', 5],
    ['Buffer.from([1, 2, 3]).readUInt16BE(1)', 515],
    ['Buffer.from([255, 254]).readIntBE(0, 2)', -2],
    ['Buffer.byteLength("\u20ac") + Buffer.compare(Buffer.from("a"), Buffer.from("b"))', 2],
    ['JSON.stringify(Buffer.alloc(3, "ab"))', '{"type":"Buffer","data":[97,98,97]}'],
    ['require("crypto").createHash("md5").update("a").update("b").digest("hex")', '187ef4436122d1cc2f40dc2b92f0eba0'],
    ['require("crypto").createHmac("sha256", "k").update("x").digest("base64url")', 'w47ciBXISJ9kc4l49EAI-FljRVRfC6po72_PXFPlcYk'],
    ['JSON.stringify(require("querystring").parse("a=1&b=%20+&a=2&c"))', '{"a":["1","2"],"b":"  ","c":""}'],
    ['require("querystring").stringify({ a: [1, "\u00e9"], b: "", c: true })', 'a=1&a=%C3%A9&b=&c=true'],
    ['btoa("hi") + atob("aGk=")', 'aGk=hi'],
  ];
  const code = `function handler(e) { ${cases.map(([expression]) => `console.log(JSON.stringify(${expression}));`).join('\n')} return e.request }`;
  const { logged } = await run(code);
  assert.deepEqual(
    logged.map((line) => JSON.parse(line) as unknown),
    cases.map(([, value]) => value),
  );
});
