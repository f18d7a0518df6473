import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { suite, test } from 'node:test';
import type { Properties } from '../../../src/services/resource-type.ts';
import { bucket, forFront, front, optimized, start } from './running-distribution.ts';

suite('functions and policies of a behaviour', () => {
  const edge = (code: string): Properties => ({
    Type: 'AWS::CloudFront::Function',
    Properties: { Name: 'edge', AutoPublish: true, FunctionCode: code, FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' } },
  });
  const withFunction = (code: string, EventType: string, more: Properties = {}): Properties => ({
    ...bucket,
    Edge: edge(code),
    Front: front({
      DefaultCacheBehavior: {
        TargetOriginId: 'site',
        CachePolicyId: optimized,
        ViewerProtocolPolicy: 'allow-all',
        FunctionAssociations: [{ EventType, FunctionARN: { 'Fn::GetAtt': ['Edge', 'FunctionARN'] } }],
        ...more,
      },
    }),
    Policy: forFront,
  });

  test('a function rewrites the path, not the behaviour, before the root object is put in (S3W-053)', async () => {
    const code = 'function handler(e) { var r = e.request; if (r.uri !== "/" && !r.uri.includes(".")) r.uri += "/index.html"; return r; }';
    await using running = await start(withFunction(code, 'viewer-request'));
    await running.put('index.html', 'home');
    await running.put('docs/index.html', 'docs');
    assert.equal(await (await fetch(`${running.url}/docs`)).text(), 'docs');
    assert.equal(await (await fetch(running.url)).text(), 'home');
  });

  test('a function answers in place of the origin, or fails with a page of CloudFront (S3W-054)', async () => {
    const code =
      'function handler(e) { if (e.request.uri === "/bad") throw new Error("oh"); return { statusCode: 401, headers: { "www-authenticate": { value: "Basic" } }, body: "who?" } }';
    await using running = await start(withFunction(code, 'viewer-request'));
    const own = await fetch(`${running.url}/page`);
    assert.deepEqual(
      [own.status, own.headers.get('www-authenticate'), own.headers.get('x-cache'), await own.text()],
      [401, 'Basic', 'FunctionGeneratedResponse from cloudfront', 'who?'],
    );
    const bad = await fetch(`${running.url}/bad`);
    assert.deepEqual([bad.status, bad.headers.get('x-cache')], [503, 'FunctionExecutionError from cloudfront']);
    assert.match(await bad.text(), /^The CloudFront function associated with the CloudFront distribution is invalid or could not run\.$/m);
    assert.ok(
      running.notices.some((notice) => notice.includes('function edge: Error: oh')),
      running.notices.join(),
    );
  });

  test('a function sees answers that are no errors, after the policy for headers (S3W-053)', async () => {
    const code =
      'function handler(e) { var r = e.response; r.headers["x-seen"] = { value: r.headers["x-frame-options"].value }; return r; }';
    await using running = await start(
      withFunction(code, 'viewer-response', { ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03' }),
    );
    await running.put('index.html', 'home');
    const page = await fetch(running.url);
    assert.deepEqual(
      [page.headers.get('x-seen'), page.headers.get('x-content-type-options'), await page.text()],
      ['SAMEORIGIN', 'nosniff', 'home'],
    );
    const missing = await fetch(`${running.url}/missing`);
    assert.deepEqual([missing.status, missing.headers.get('x-seen'), missing.headers.get('x-frame-options')], [403, null, 'SAMEORIGIN']);
  });

  test('however a path is written, it finds the behaviour of what it names, and goes on as it came', async () => {
    const code = 'function handler(e) { return { statusCode: 401, headers: { "x-uri": { value: e.request.uri } } }; }';
    const guarded = {
      PathPattern: '/admin/*',
      TargetOriginId: 'site',
      CachePolicyId: optimized,
      ViewerProtocolPolicy: 'allow-all',
      FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Edge', 'FunctionARN'] } }],
    };
    const { FunctionAssociations: _, PathPattern: __, ...open } = guarded;
    await using running = await start({
      ...bucket,
      Edge: edge(code),
      Front: front({ DefaultCacheBehavior: open, CacheBehaviors: [guarded] }),
      Policy: forFront,
    });
    await running.put('admin/page', 'secret');
    await running.put('other', 'open');
    const { hostname, port } = new URL(running.url);
    const get = async (path: string): Promise<readonly [number | undefined, string | string[] | undefined]> => {
      const [response] = (await once(request({ hostname, port, path, agent: false }).end(), 'response')) as [IncomingMessage];
      response.resume();
      return [response.statusCode, response.headers['x-uri']];
    };
    for (const path of ['/admin/page', '/%61dmin/page', '/%61%64min/%70age', '//admin/page', '/x/../admin/page', '/x/%2e%2E/admin/./page'])
      assert.deepEqual(await get(path), [401, path]);
    assert.deepEqual(await get(`http://${hostname}/admin/page`), [401, '/admin/page']);
    assert.deepEqual(await get('/other'), [200, undefined]);
    assert.deepEqual(await get(`http://${hostname}/other`), [200, undefined]);
  });
});
