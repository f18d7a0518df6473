import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { dialEndpoint } from '../../src/services/calls-from-vpc.ts';
import { startS3, type RunningS3 } from './s3/running-s3.ts';

const open = {
  Things: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'things',
      PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false },
    },
  },
  Public: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Things' },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::things/*' }],
      },
    },
  },
};

const form = ['key', 'file'].map((name) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nhello\r\n`).join('') + '--b--\r\n';
const upload = `POST /things HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${form.length}\r\n\r\n${form}`;
const put = 'PUT /things/hello HTTP/1.1\r\nHost: s3.us-east-1.amazonaws.com\r\nContent-Length: 5\r\n\r\nhello';

/** Sends a request for a task that has no way to S3, and answers what was said to it or why nothing was. */
async function sendWithoutWay({ engine }: RunningS3, request: string, then: 'waits' | 'goes'): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = await dialEndpoint(engine.account, { from: { id: 'eni-1', vpcId: 'vpc-1' }, refused: () => resolve('refused') });
  socket.on('data', (bytes) => resolve(String(bytes)));
  socket.on('error', () => {});
  socket.write(request);
  if (then === 'goes') {
    socket.end();
    socket.destroySoon();
    await once(socket, 'close');
  }
  const answer = await promise;
  socket.destroy();
  return answer;
}

for (const [what, request] of Object.entries({ 'A form': upload, 'An object': put })) {
  test(
    `${what} is not uploaded out of a VPC without a way to S3, whether its sender waits for an answer or not (VPC-030)`,
    { timeout: 20_000 },
    async () => {
      await using s3 = await startS3(open);
      assert.equal(await sendWithoutWay(s3, request, 'waits'), 'refused');
      assert.equal(await sendWithoutWay(s3, request, 'goes'), 'refused');
    },
  );
}

for (const [what, head] of Object.entries({
  name: 'GET /prod HTTP/1.1\r\nHost: abc123.execute-api.us-east-1.amazonaws.com\r\n\r\n',
  path: 'GET /restapis/abc123/prod/_user_request_/ HTTP/1.1\r\nHost: localhost\r\n\r\n',
}))
  test(`An API is not asked by its ${what} out of a VPC without a way to it (VPC-030)`, { timeout: 20_000 }, async () => {
    await using s3 = await startS3(open);
    assert.equal(await sendWithoutWay(s3, head, 'waits'), 'refused');
  });
