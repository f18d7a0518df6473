import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryLogGroup } from '../../../src/services/log-groups.ts';
import { logGroup } from '../../../src/services/logs/log-group.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

test('Ref of a log group is its name and its ARN ends with :*', async () => {
  await using account = await fakeAccount({ accountId: '123456789012' });
  const named = await logGroup.create(
    createContext(account, logGroup, { logicalId: 'Group', properties: { LogGroupName: '/ecs/weather' } }),
  );
  assert.equal(named.ref, '/ecs/weather');
  assert.deepEqual(named.attributes, { Arn: 'arn:aws:logs:us-east-1:123456789012:log-group:/ecs/weather:*' });
  const unnamed = await logGroup.create(createContext(account, logGroup, { logicalId: 'Group' }));
  assert.match(unnamed.ref, /^TestStack-Group-[0-9A-Z]{12}$/);
});

test('a deleted log group is gone, and one of the same name can be created again', async () => {
  await using account = await fakeAccount();
  const context = createContext(account, logGroup, { logicalId: 'Group', properties: { LogGroupName: 'g' } });
  const created = await logGroup.create(context);
  assert.ok(account.directory.find('logGroup', 'g'));
  await created.delete();
  assert.equal(account.directory.find('logGroup', 'g'), undefined);
  await logGroup.create(context);
});

test('two log groups of one name are refused with the text of CloudFormation', async () => {
  await using account = await fakeAccount();
  const create = (logicalId: string) => logGroup.create(createContext(account, logGroup, { logicalId, properties: { LogGroupName: 'g' } }));
  await create('One');
  await assert.rejects(create('Two'), {
    message: `Resource of type 'AWS::Logs::LogGroup' with identifier '{"/properties/LogGroupName":"g"}' already exists.`,
    property: 'LogGroupName',
  });
});

test('a changed retention keeps the group and its events', async () => {
  await using account = await fakeAccount();
  const properties = { LogGroupName: 'g', RetentionInDays: 7 };
  const created = await logGroup.create(createContext(account, logGroup, { logicalId: 'G', properties }));
  account.directory.find('logGroup', 'g')!.put({ timestamp: 1, stream: 's', message: 'kept' });
  const updated = await created.update!(
    createContext(account, logGroup, { logicalId: 'G', properties: { ...properties, RetentionInDays: 14 } }),
  );
  assert.equal(updated.ref, 'g');
  assert.equal(account.directory.find('logGroup', 'g')!.tail(1)[0]!.message, 'kept');
});

test('A group keeps no more than 64 Mi characters, the newest', () => {
  const group = new MemoryLogGroup('g');
  const mebi = 'x'.repeat(1024 * 1024);
  for (let timestamp = 0; timestamp < 100; timestamp++) group.put({ timestamp, stream: 's', message: mebi });
  assert.deepEqual([group.tail(1000).length, group.tail(1000)[0]!.timestamp, group.tail(1)[0]!.timestamp], [64, 36, 99]);
});
