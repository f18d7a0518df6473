import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { linkLocalOutlet } from '../../../src/services/ecs/link-local.ts';
import { credentialsPath, TaskCredentials } from '../../../src/services/ecs/task-credentials.ts';
import { fakeAccount } from '../fake-account.ts';

const roleArn = 'arn:aws:iam::000000000000:role/path/Task';
const hour = 3_600_000;

test('the credentials of a task belong to a session of its role that bears the id of the task, and are renewed before they end (IAM-008)', async () => {
  const clock = new VirtualClock();
  await using account = await fakeAccount({ clock });
  const credentials = new TaskCredentials(account, roleArn, '0a1b');
  const first = credentials.current();
  assert.equal(first.owner.arn, 'arn:aws:sts::000000000000:assumed-role/Task/0a1b');
  assert.equal(first.owner.session?.roleArn, roleArn);
  assert.equal(account.directory.find('credentials', first.accessKeyId)?.secretAccessKey, first.secretAccessKey);
  await clock.advance(5 * hour);
  assert.equal(credentials.current(), first);
  await clock.advance(0.6 * hour);
  const second = credentials.current();
  assert.notEqual(second.accessKeyId, first.accessKeyId);
  assert.ok(first.expiresAt > clock.now());
  await clock.advance(2 * hour);
  credentials.current();
  await clock.advance(6 * hour);
  credentials.current();
  assert.equal(account.directory.find('credentials', first.accessKeyId), undefined, 'expired credentials are forgotten in the end');
});

test('a task finds them at its relative URI, in the form that SDKs read, and nothing elsewhere (ECS-092)', async () => {
  await using account = await fakeAccount();
  const credentials = new TaskCredentials(account, roleArn, '0a1b');
  const outlet = linkLocalOutlet({ [credentialsPath]: credentials.handle });
  assert.deepEqual([outlet.address, outlet.port], ['169.254.170.2', 80]);
  const door = createServer((socket) => outlet.accept!(socket)).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const read = async (path: string): Promise<[number | undefined, string]> => {
    const [response] = (await once(get({ port: (door.address() as AddressInfo).port, path, agent: false }), 'response')) as [
      IncomingMessage,
    ];
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    return [response.statusCode, text];
  };
  const [status, text] = await read(credentials.relativeUri);
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials.current();
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), {
    RoleArn: roleArn,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: new Date(expiresAt).toISOString().replace('.000', ''),
  });
  assert.equal((await read(`${credentialsPath}another`))[0], 400);
  assert.equal((await read('/latest/meta-data/'))[0], 404);
  door.close();
});
