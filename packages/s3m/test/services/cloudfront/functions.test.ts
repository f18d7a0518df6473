import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EdgeAnswer } from '../../../src/services/cloudfront/distribution/origin-answer.ts';
import type { ViewerRequest } from '../../../src/services/cloudfront/distribution/viewer-request.ts';
import { cloudFrontFunction } from '../../../src/services/cloudfront/function.ts';
import { fromEventRequest } from '../../../src/services/cloudfront/functions/edge-event.ts';
import { EdgeFunction } from '../../../src/services/cloudfront/functions/edge-function.ts';
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

function run(code: string, answer?: EdgeAnswer): Run {
  const [told, logged]: [string[], string[]] = [[], []];
  const edge = new EdgeFunction('arn:aws:cloudfront::000000000000:function/f', code, (message) => void logged.push(message));
  const names = { id: 'E1', domainName: 'd1.cloudfront.net' };
  return { outcome: runFunction(edge, names, request, answer, (problem) => void told.push(problem)), told, logged };
}

test('A function is given the event in the shape that CloudFront documents (S3W-052)', () => {
  const { logged } = run('function handler(event) { console.log(event); return event.request; }');
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

test('A request that it returns goes on as it is then, but for its method (S3W-053)', () => {
  const { outcome } = run(`async function handler(event) {
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

test('A response that it returns to a request ends it at the edge (S3W-053)', () => {
  const { outcome } = run(`function handler() {
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

test('An answer has its headers and cookies in the event, and keeps its body when the function says nothing of it (S3W-052)', () => {
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
  const { outcome } = run(
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

test('A function that throws, or does not end, is 503; one that returns what it may not is 502, and both are told (S3W-054)', () => {
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
  ];
  for (const [code, status, told] of cases) {
    const result = run(code);
    assert.ok(result.outcome.kind === 'failed', code);
    assert.equal(result.outcome.error.status, status, code);
    assert.match(result.told.join(), told, code);
  }
});

test('A function has no network, files, timers or globals of Node, and forgets between two events (S3W-052)', () => {
  const kinds = run(
    'var count = 0; function handler(e) { count++; console.log([typeof process, typeof fetch, typeof setTimeout, count]); try { require("fs") } catch (x) { console.log(x.message) } return e.request }',
  );
  assert.deepEqual(kinds.logged, ['["undefined","undefined","undefined",1]', 'no module named fs']);
  const hash = run(
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
