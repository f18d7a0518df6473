import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { repository } from '../../../src/services/ecr/repository.ts';
import { createContext, fakeAccount } from '../fake-account.ts';

describe('AWS::ECR::Repository', () => {
  it('answers its name for Ref, its ARN and its URI without a tag (ECR-001)', async () => {
    await using account = await fakeAccount();
    const properties = { RepositoryName: 'team/weather' };
    const created = await repository.create(createContext(account, repository, { logicalId: 'Images', properties }));
    assert.equal(created.ref, 'team/weather');
    assert.deepEqual(created.attributes, {
      Arn: 'arn:aws:ecr:us-east-1:000000000000:repository/team/weather',
      RepositoryUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/team/weather',
    });
  });

  it('makes up a name in lower case', async () => {
    await using account = await fakeAccount();
    const created = await repository.create(createContext(account, repository, { logicalId: 'Images' }));
    assert.match(created.ref, /^teststack-images-[0-9a-z]{12}$/);
  });

  it('refuses names that AWS refuses (ECR-002)', () => {
    const isRefused = (name: string): boolean => repository.check!({ RepositoryName: name }, {}).length > 0;
    assert.deepEqual(['weather', 'a/b-c_d.e1', 'cdk-hnb659fds-container-assets'].filter(isRefused), []);
    const bad = ['Weather', '1weather', '-a', 'a//b', 'a-', 'a b', 'a'];
    assert.deepEqual(bad.filter(isRefused), bad);
  });
});
