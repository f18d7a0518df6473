import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { runAwsCli, type CliResult } from '../../run-aws-cli.ts';
import { nothingBlocked, startS3, type RunningS3 } from './running-s3.ts';

const read = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::site-bucket/*' };
const site = {
  Site: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'site-bucket',
      WebsiteConfiguration: { IndexDocument: 'index.html' },
      PublicAccessBlockConfiguration: nothingBlocked,
    },
  },
  Policy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: { Ref: 'Site' }, PolicyDocument: { Version: '2012-10-17', Statement: [read] } },
  },
};

function aws({ engine: { account } }: RunningS3, ...args: readonly string[]): Promise<CliResult> {
  return runAwsCli(args, { ...account.environment, ...account.developer });
}

async function succeed(s3: RunningS3, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await aws(s3, ...args);
  assert.equal(status, 0, `aws ${args.join(' ')}: ${stderr}`);
  return stdout;
}

suite('aws s3', () => {
  test('sync publishes a built site, only what differs the next time, and takes away what is gone', async () => {
    await using s3 = await startS3(site);
    const dist = join(s3.directory, 'dist');
    mkdirSync(join(dist, 'assets'), { recursive: true });
    writeFileSync(join(dist, 'index.html'), '<h1>first</h1>');
    writeFileSync(join(dist, 'assets', 'app.js'), 'console.log(1)');
    writeFileSync(join(dist, 'assets', 'große datei+.bin'), Buffer.alloc(9 * 1024 * 1024, 'x'));
    const first = await succeed(s3, 's3', 'sync', dist, 's3://site-bucket', '--no-progress', '--cache-control', 'max-age=60');
    assert.equal(first.match(/^upload: /gm)?.length, 3, first);
    const url = s3.engine.describe().endpoints.sites['Site']!;
    const page = await fetch(url);
    assert.deepEqual(
      [page.headers.get('content-type'), page.headers.get('cache-control'), await page.text()],
      ['text/html', 'max-age=60', '<h1>first</h1>'],
    );
    const script = await fetch(`${url}/assets/app.js`);
    assert.match(script.headers.get('content-type') ?? '', /javascript/);
    assert.equal(
      (await (await fetch(`${url}/assets/${encodeURIComponent('große datei+.bin')}`)).arrayBuffer()).byteLength,
      9 * 1024 * 1024,
    );
    assert.equal(await succeed(s3, 's3', 'sync', dist, 's3://site-bucket', '--no-progress', '--size-only'), '');
    rmSync(join(dist, 'assets', 'app.js'));
    assert.match(
      await succeed(s3, 's3', 'sync', dist, 's3://site-bucket', '--no-progress', '--size-only', '--delete'),
      /^delete: s3:\/\/site-bucket\/assets\/app\.js$/m,
    );
    assert.equal((await fetch(`${url}/assets/app.js`)).status, 404);
    const back = join(s3.directory, 'back');
    await succeed(s3, 's3', 'sync', 's3://site-bucket', back, '--no-progress');
    assert.equal(readFileSync(join(back, 'index.html'), 'utf8'), '<h1>first</h1>');
    assert.equal(readFileSync(join(back, 'assets', 'große datei+.bin')).length, 9 * 1024 * 1024);
  });

  test('mb, cp, ls, mv, presign, rm and rb do what they do on AWS', async () => {
    await using s3 = await startS3(site);
    assert.equal(await succeed(s3, 's3', 'mb', 's3://made-by-cli'), 'make_bucket: made-by-cli\n');
    writeFileSync(join(s3.directory, 'a.txt'), 'text');
    await succeed(s3, 's3', 'cp', join(s3.directory, 'a.txt'), 's3://made-by-cli/dir/a.txt', '--no-progress');
    await succeed(s3, 's3', 'mv', 's3://made-by-cli/dir/a.txt', 's3://made-by-cli/dir/b.txt', '--no-progress');
    assert.match(await succeed(s3, 's3', 'ls', 's3://made-by-cli/dir/'), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {10}4 b\.txt\n$/);
    assert.match(await succeed(s3, 's3', 'ls'), /made-by-cli\n.*site-bucket\n/);
    const presign = ['s3', 'presign', 's3://made-by-cli/dir/b.txt'];
    // In us-east-1 the CLI presigns with Signature Version 2 unless it is told otherwise; for a new bucket S3 refuses that.
    const old = await fetch((await succeed(s3, ...presign)).trim());
    assert.match(await old.text(), /<Code>InvalidRequest<\/Code>.* is not supported\. Please use AWS4-HMAC-SHA256\./);
    const configuration = join(s3.directory, 'aws-config');
    writeFileSync(configuration, '[default]\ns3 =\n  signature_version = s3v4\n');
    const { account } = s3.engine;
    const { stdout } = await runAwsCli(presign, { ...account.environment, ...account.developer, AWS_CONFIG_FILE: configuration });
    assert.equal(await (await fetch(stdout.trim())).text(), 'text');
    const full = await aws(s3, 's3', 'rb', 's3://made-by-cli');
    assert.match(full.stderr, /\(BucketNotEmpty\) when calling the DeleteBucket operation: The bucket you tried to delete is not empty/);
    await succeed(s3, 's3', 'rb', '--force', 's3://made-by-cli');
    const gone = await aws(s3, 's3', 'ls', 's3://made-by-cli');
    assert.match(gone.stderr, /\(NoSuchBucket\) when calling the ListObjectsV2 operation: The specified bucket does not exist/);
  });
});
