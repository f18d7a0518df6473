import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import type { Properties } from '../../../src/services/resource-type.ts';
import { bucket, forFront, front, policyFor, siteOrigin, start } from './running-distribution.ts';

const disabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const exceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const allViewer = '216adef6-5c7f-47e4-b989-5492eafa07d3';
const every = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

const api: Properties = {
  Api: {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: {
      Name: 'api',
      Body: {
        openapi: '3.0.1',
        paths: {
          '/api/fine': {
            get: {
              responses: { 200: { description: '' } },
              'x-amazon-apigateway-integration': {
                type: 'mock',
                requestTemplates: { 'application/json': '{"statusCode": 200}' },
                responses: { default: { statusCode: '200', responseTemplates: { 'application/json': '{"host":"$context.domainName"}' } } },
              },
            },
          },
        },
      },
    },
  },
  Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
};
const apiOrigin: Properties = {
  Id: 'api',
  DomainName: { 'Fn::Join': ['', [{ Ref: 'Api' }, '.execute-api.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
  OriginPath: '/prod',
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
};
const apiBehaviour = (more: Properties): Properties => ({
  PathPattern: '/api/*',
  TargetOriginId: 'api',
  AllowedMethods: every,
  CachePolicyId: disabled,
  ViewerProtocolPolicy: 'allow-all',
  ...more,
});

async function openOrigin(listener: RequestListener): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const serverOrigin = (port: number, more: Properties = {}): Properties => ({
  Id: 'server',
  DomainName: '127.0.0.1',
  CustomOriginConfig: { OriginProtocolPolicy: 'http-only', HTTPPort: port },
  ...more,
});

suite('a distribution in front of a bucket', () => {
  test('asks as CloudFront, bound to its ARN; nobody else reads the bucket (S3W-040, S3W-048)', async () => {
    await using running = await start({ ...bucket, Front: front({}), Policy: forFront });
    await running.put('index.html', '<h1>home</h1>');
    const page = await fetch(`${running.url}/index.html`);
    assert.equal(page.status, 200);
    assert.equal(await page.text(), '<h1>home</h1>');
    const { headers } = page;
    assert.deepEqual(
      [headers.get('content-type'), headers.get('content-length'), headers.get('server'), headers.get('x-cache')],
      ['text/html', '13', 'AmazonS3', 'Miss from cloudfront'],
    );
    assert.match(headers.get('via') ?? '', /^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/);
    assert.match(headers.get('x-amz-cf-pop') ?? '', /^[A-Z]{3}\d+-[CP]\d$/);
    assert.match(headers.get('x-amz-cf-id') ?? '', /^[\w-]{54}==$/);
    assert.deepEqual([headers.get('x-amz-request-id'), headers.get('keep-alive')], [null, null]);
    const again = await fetch(`${running.url}/index.html`, { headers: { 'If-None-Match': headers.get('etag')! } });
    assert.deepEqual([again.status, await again.text()], [304, '']);
    const part = await fetch(`${running.url}/index.html`, { headers: { Range: 'bytes=4-7' } });
    assert.deepEqual([part.status, await part.text()], [206, 'home']);
    const head = await fetch(`${running.url}/index.html`, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '13', '']);
    assert.equal((await fetch(`${running.engine.account.endpoint.url}/site/index.html`)).status, 403);
  });

  test('has its root object at / alone, and 403 where the bucket has nothing, since it may not list it (S3W-046, S3W-043)', async () => {
    await using running = await start({ ...bucket, Front: front({}), Policy: forFront });
    await running.put('index.html', 'home');
    await running.put('docs/index.html', 'docs');
    assert.equal(await (await fetch(running.url)).text(), 'home');
    for (const path of ['/docs/', '/docs', '/no-such-page']) {
      const missing = await fetch(running.url + path);
      assert.deepEqual([path, missing.status, missing.headers.get('x-cache')], [path, 403, 'Error from cloudfront']);
      assert.match(await missing.text(), /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<Error><Code>AccessDenied<\/Code>/);
    }
  });

  test('gets AccessDenied without a policy, and with one that names another distribution (S3W-042)', async () => {
    const other = policyFor(
      { Service: 'cloudfront.amazonaws.com' },
      { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::000000000000:distribution/EOTHER' } },
    );
    for (const policy of [{}, { Policy: other }] as readonly Properties[]) {
      await using running = await start({ ...bucket, Front: front({}), ...policy });
      await running.put('index.html', 'home');
      const page = await fetch(running.url);
      assert.equal(page.status, 403);
      assert.match(await page.text(), /<Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/);
    }
  });

  test('may ask as an origin access identity, by either of its names', async () => {
    const identity = {
      Type: 'AWS::CloudFront::CloudFrontOriginAccessIdentity',
      Properties: { CloudFrontOriginAccessIdentityConfig: { Comment: 'c' } },
    };
    const origin = {
      Id: 'site',
      DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] },
      S3OriginConfig: { OriginAccessIdentity: { 'Fn::Join': ['', ['origin-access-identity/cloudfront/', { Ref: 'Identity' }]] } },
    };
    const arn = { 'Fn::Join': ['', ['arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ', { Ref: 'Identity' }]] };
    for (const principal of [
      { CanonicalUser: { 'Fn::GetAtt': ['Identity', 'S3CanonicalUserId'] } },
      { AWS: arn },
    ] as readonly Properties[]) {
      await using running = await start({
        Site: bucket['Site']!,
        Identity: identity,
        Front: front({ Origins: [origin] }),
        Policy: policyFor(principal),
      });
      await running.put('index.html', 'home');
      assert.equal(await (await fetch(running.url)).text(), 'home');
      assert.equal((await fetch(`${running.engine.account.endpoint.url}/site/index.html`)).status, 403);
    }
  });

  test('shows its error page with the status that the template says, and the status of the page where that fails (S3W-044)', async () => {
    const responses = [
      { ErrorCode: 403, ResponseCode: 200, ResponsePagePath: '/index.html' },
      { ErrorCode: 404, ResponseCode: 200, ResponsePagePath: '/index.html' },
    ];
    await using running = await start({ ...bucket, Front: front({ CustomErrorResponses: responses }), Policy: forFront });
    assert.equal((await fetch(`${running.url}/a/route`)).status, 403);
    await running.put('index.html', 'home');
    const page = await fetch(`${running.url}/a/route`, { headers: { 'If-None-Match': '*', Range: 'bytes=0-0' } });
    assert.deepEqual([page.status, page.headers.get('x-cache'), await page.text()], [200, 'Error from cloudfront', 'home']);
  });

  test('answers methods that it does not allow with a page of its own (S3W-049, S3W-050)', async () => {
    await using running = await start({ ...bucket, Front: front({}), Policy: forFront });
    const refused = await fetch(running.url, { method: 'POST', body: 'x' });
    assert.equal(refused.status, 403);
    const { headers } = refused;
    assert.deepEqual(
      [headers.get('server'), headers.get('content-type'), headers.get('x-cache')],
      ['CloudFront', 'text/html', 'Error from cloudfront'],
    );
    const id = headers.get('x-amz-cf-id');
    const text = await refused.text();
    assert.match(text, /<H1>403 ERROR<\/H1>\n<H2>The request could not be satisfied\.<\/H2>/);
    assert.match(text, /^This distribution is not configured to allow the HTTP request method that was used for this request\. /m);
    assert.ok(text.includes(`<PRE>\nGenerated by cloudfront (CloudFront)\nRequest ID: ${id}\n</PRE>`), text);
    const withBody = httpRequest(running.url, { method: 'GET', headers: { 'Content-Length': '1' } });
    withBody.end('x');
    const [answer] = (await once(withBody, 'response')) as [IncomingMessage];
    assert.equal(answer.statusCode, 403);
    answer.resume();
  });
});

test('a changed distribution keeps its address and answers by what the template says now', async () => {
  const system = (more: Properties): Properties => ({ ...bucket, Front: front(more), Policy: forFront });
  await using running = await start(system({}));
  await running.put('index.html', 'home');
  await running.put('other.html', 'other');
  await running.change(system({ DefaultRootObject: 'other.html' }));
  assert.equal(running.engine.describe().endpoints.sites['Front'], running.url);
  assert.equal(await (await fetch(running.url)).text(), 'other');
  await running.change({ Site: bucket['Site']! });
  await assert.rejects(fetch(running.url));
});

suite('a distribution in front of an API', () => {
  const withApi = (policies: Properties, more: Properties = {}): Properties => ({
    ...bucket,
    ...api,
    Front: front({ Origins: [siteOrigin, apiOrigin], CacheBehaviors: [apiBehaviour(policies)], ...more }),
    Policy: forFront,
  });

  test('sends the paths of a behaviour to it, below the path of the origin', async () => {
    await using running = await start(withApi({ OriginRequestPolicyId: exceptHost }));
    await running.put('index.html', 'home');
    const answer = await fetch(`${running.url}/api/fine`);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^\{"host":"[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com"\}$/);
    assert.ok(answer.headers.get('x-amzn-requestid'));
    assert.equal(answer.headers.get('x-cache'), 'Miss from cloudfront');
    assert.equal(await (await fetch(running.url)).text(), 'home');
    const unknown = await fetch(`${running.url}/api/unknown`);
    assert.deepEqual([unknown.status, await unknown.text()], [403, '{"message":"Missing Authentication Token"}']);
  });

  test("is told that API Gateway does not know the viewer's host", async () => {
    await using running = await start(withApi({ OriginRequestPolicyId: allViewer }));
    const answer = await fetch(`${running.url}/api/fine`);
    assert.deepEqual([answer.status, await answer.text()], [403, '{"message":"Forbidden"}']);
    assert.ok(running.notices.some((notice) => notice.includes('AllViewerExceptHostHeader')));
  });

  test('gives its errors the page of the site too, and says so once (S3W-045)', async () => {
    const CustomErrorResponses = [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: '/index.html' }];
    await using running = await start(withApi({ OriginRequestPolicyId: exceptHost }, { CustomErrorResponses }));
    await running.put('index.html', 'home');
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(`${running.url}/api/unknown`, { method });
      assert.deepEqual([answer.status, answer.headers.get('content-type'), await answer.text()], [200, 'text/html', 'home']);
    }
    const told = running.notices.filter((notice) => notice.includes('CustomErrorResponses'));
    assert.equal(told.length, 1);
    assert.match(told[0]!, /answered GET \/api\/unknown with \/index\.html in place of the 403 of its origin/);
  });
});

suite('a distribution in front of a server', () => {
  const toServer = (port: number, more: Properties = {}): Properties => ({
    Front: front({
      Origins: [serverOrigin(port, { OriginCustomHeaders: [{ HeaderName: 'X-Origin-Verify', HeaderValue: 'secret' }] })],
      DefaultCacheBehavior: {
        TargetOriginId: 'server',
        AllowedMethods: every,
        CachePolicyId: disabled,
        OriginRequestPolicyId: exceptHost,
        ViewerProtocolPolicy: 'allow-all',
      },
      DefaultRootObject: '',
      ...more,
    }),
  });

  test('sends bodies, parameters and headers on, and its answers back as they are', async () => {
    const seen: { method?: string | undefined; url?: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
    const origin = await openOrigin((request, response) => {
      let body = '';
      request.on('data', (data: Buffer) => (body += data.toString()));
      request.on('end', () => {
        seen.push({ method: request.method, url: request.url, headers: request.headers, body });
        response.writeHead(201, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Own', 'yes']).end('made');
      });
    });
    await using running = await start(toServer(origin.port));
    const answer = await fetch(`${running.url}/things?a=%20b&c`, { method: 'POST', body: 'hello', headers: { Authorization: 'Bearer t' } });
    assert.deepEqual(
      [answer.status, answer.headers.getSetCookie(), answer.headers.get('x-own'), await answer.text()],
      [201, ['a=1', 'b=2'], 'yes', 'made'],
    );
    const [request] = seen;
    assert.deepEqual([request?.method, request?.url, request?.body], ['POST', '/things?a=%20b&c', 'hello']);
    const { host, authorization, 'x-origin-verify': verify, 'x-forwarded-for': from } = request!.headers;
    assert.deepEqual([host, authorization, verify, from], ['127.0.0.1', 'Bearer t', 'secret', '127.0.0.1']);
    await origin.close();
  });

  test('never sees a path that no request line can hold: it has a page of CloudFront, and the next request goes through (S3W-053)', async () => {
    const urls: (string | undefined)[] = [];
    const origin = await openOrigin((request, response) => {
      urls.push(request.url);
      response.end('made');
    });
    const code =
      'function handler(e) { var r = e.request; if (r.uri === "/bad") r.uri = "/a HTTP/1.1\\r\\nX: y"; if (r.uri === "/name") r.uri = "/\\u00e9"; return r; }';
    await using running = await start({
      Edge: {
        Type: 'AWS::CloudFront::Function',
        Properties: { Name: 'edge', AutoPublish: true, FunctionCode: code, FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' } },
      },
      ...toServer(origin.port, {
        DefaultCacheBehavior: {
          TargetOriginId: 'server',
          CachePolicyId: disabled,
          ViewerProtocolPolicy: 'allow-all',
          FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Edge', 'FunctionARN'] } }],
        },
      }),
    });
    for (const path of ['/bad', '/name']) {
      const answer = await fetch(running.url + path);
      assert.equal(answer.status, 502);
      assert.match(await answer.text(), /did not send the request to the origin: its path or query string has characters/);
    }
    assert.equal(await (await fetch(`${running.url}/good`)).text(), 'made');
    assert.deepEqual(urls, ['/good']);
    await origin.close();
  });

  test('that cannot be reached, or does not answer in time, has a page of its own (S3W-051)', async () => {
    const gone = await openOrigin(() => {});
    await gone.close();
    {
      await using running = await start(toServer(gone.port));
      const answer = await fetch(running.url);
      assert.equal(answer.status, 502);
      assert.match(await answer.text(), /<H1>502 ERROR<\/H1>[^]*CloudFront wasn't able to connect to the origin\./);
    }
    const silent = await openOrigin(() => {});
    await using running = await start(
      toServer(silent.port, {
        Origins: [
          serverOrigin(silent.port, {
            CustomOriginConfig: { OriginProtocolPolicy: 'http-only', HTTPPort: silent.port, OriginReadTimeout: 1 },
          }),
        ],
      }),
    );
    const answer = await fetch(running.url);
    assert.equal(answer.status, 504);
    assert.match(await answer.text(), /<H1>504 ERROR<\/H1>/);
    await silent.close();
  });

  test("that is a bucket's website shows its index in folders, and takes no origin access control (S3W-041)", async () => {
    const website = {
      Site: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'site',
          WebsiteConfiguration: { IndexDocument: 'index.html' },
          PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false },
        },
      },
      Policy: policyFor({ AWS: '*' }),
    };
    const origin: Properties = {
      Id: 'server',
      DomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Site', 'WebsiteURL'] }] }] },
      CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
    };
    {
      await using running = await start({ ...website, ...toServer(0, { Origins: [origin] }) });
      await running.put('docs/index.html', 'docs');
      assert.equal(await (await fetch(`${running.url}/docs/`)).text(), 'docs');
    }
    const controlled = { ...origin, OriginAccessControlId: { 'Fn::GetAtt': ['Control', 'Id'] } };
    await assert.rejects(
      start({ ...website, Control: bucket['Control']!, ...toServer(0, { Origins: [controlled] }) }),
      /Illegal configuration: The origin type and OAC origin type differ\./,
    );
  });
});
