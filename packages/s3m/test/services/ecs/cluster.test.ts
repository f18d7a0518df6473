import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cluster } from '../../../src/services/ecs/cluster.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

it('AWS::ECS::Cluster answers its name for Ref and is found by it until it is deleted', async () => {
  await using account = await fakeAccount();
  const created = await cluster.create(createContext(account, cluster, { logicalId: 'Cluster', properties: { ClusterName: 'main' } }));
  assert.equal(created.ref, 'main');
  assert.deepEqual(created.attributes, { Arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/main' });
  assert.deepEqual(account.directory.find('cluster', 'main'), { name: 'main', arn: created.attributes['Arn'] });
  await created.delete();
  assert.equal(account.directory.find('cluster', 'main'), undefined);
});
