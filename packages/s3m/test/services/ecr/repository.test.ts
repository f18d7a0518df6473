import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isImmutable } from '../../../src/services/ecr/images/tag-mutability.ts';
import { registryOf } from '../../../src/services/ecr/registry-of.ts';
import { registryScanningConfiguration } from '../../../src/services/ecr/registry-scanning-configuration.ts';
import { replicationConfiguration } from '../../../src/services/ecr/replication-configuration.ts';
import { repository } from '../../../src/services/ecr/repository.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';
import { manifestOf } from './registry-fixture.ts';

async function pushImage(account: FakeAccount, name: string): Promise<void> {
  const registry = registryOf(account);
  const live = registry.get(name);
  live.addLayer(await registry.blobs.put(Buffer.from('{}')));
  await live.put({ content: Buffer.from(manifestOf('{}', [])), mediaType: undefined, tag: 'one' });
}

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

  it('has an address that answers here', async () => {
    await using account = await fakeAccount();
    const created = await repository.create(createContext(account, repository, { logicalId: 'Images' }));
    assert.deepEqual(created.addresses, [{ aws: 'https://000000000000.dkr.ecr.us-east-1.amazonaws.com', local: 'http://127.0.0.1:4566' }]);
  });

  it('makes up a name in lower case', async () => {
    await using account = await fakeAccount();
    const created = await repository.create(createContext(account, repository, { logicalId: 'Images' }));
    assert.match(created.ref, /^teststack-images-[0-9a-z]{12}$/);
  });

  it('refuses names that AWS refuses (ECR-002)', () => {
    const isRefused = (name: string): boolean => repository.check!({ RepositoryName: name }, {}).length > 0;
    assert.deepEqual(['weather', 'a/b-c_d.e1', 'cdk-hnb659fds-container-assets'].filter(isRefused), []);
    const bad = ['Weather', '1weather', '-a', 'a//b', 'a-', 'a b', 'a', '../a', 'a/..', '/a', `a${'b'.repeat(256)}`];
    assert.deepEqual(bad.filter(isRefused), bad);
  });

  it('refuses a mutability, lifecycle policy or policy that ECR refuses (ECR-015, ECR-018, ECR-019)', () => {
    const refused = (properties: Properties): readonly string[] => repository.check!(properties, {}).map(({ property }) => property);
    assert.deepEqual(refused({ ImageTagMutability: 'SOMETIMES' }), ['ImageTagMutability']);
    assert.deepEqual(refused({ ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' }), ['ImageTagMutability']);
    assert.deepEqual(refused({ LifecyclePolicy: { LifecyclePolicyText: '{}' } }), ['LifecyclePolicy.LifecyclePolicyText']);
    assert.deepEqual(refused({ RepositoryPolicyText: { Statement: [{ Effect: 'Allow' }] } }), ['RepositoryPolicyText']);
    const good = {
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ImageTagMutabilityExclusionFilters: [
        { ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'latest*' },
      ],
      RepositoryPolicyText: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*' }] },
    };
    assert.deepEqual(refused(good), []);
  });

  it('takes a tag for immutable or not by its exclusion filters (ECR-015)', () => {
    const tags = ['latest', 'latest-1', 'v1'];
    const immutable = (kind: Parameters<typeof isImmutable>[0]['kind'], exclusions: readonly string[] = []): readonly boolean[] =>
      tags.map((tag) => isImmutable({ kind, exclusions }, tag));
    assert.deepEqual(immutable('MUTABLE'), [false, false, false]);
    assert.deepEqual(immutable('IMMUTABLE'), [true, true, true]);
    assert.deepEqual(immutable('IMMUTABLE_WITH_EXCLUSION', ['latest*']), [false, false, true]);
    assert.deepEqual(immutable('MUTABLE_WITH_EXCLUSION', ['v*']), [false, false, true]);
  });

  it('is not deleted while it has images, unless it may be emptied (ECR-020)', async () => {
    for (const EmptyOnDelete of [false, true]) {
      await using account = await fakeAccount();
      const created = await repository.create(
        createContext(account, repository, { logicalId: 'Images', properties: { RepositoryName: 'weather', EmptyOnDelete } }),
      );
      await pushImage(account, 'weather');
      const message =
        "The repository with name 'weather' in registry with id '000000000000' cannot be deleted because it still contains images";
      if (EmptyOnDelete) await created.delete();
      else await assert.rejects(created.delete(), { message });
      assert.equal(registryOf(account).find('weather') === undefined, EmptyOnDelete);
    }
  });

  it('keeps its images when the engine ends, and when it is updated', async () => {
    await using account = await fakeAccount();
    const context = createContext(account, repository, { logicalId: 'Images', properties: { RepositoryName: 'weather' } });
    const created = await repository.create(context);
    await pushImage(account, 'weather');
    const properties = { RepositoryName: 'weather', ImageTagMutability: 'IMMUTABLE' };
    const updated = await created.update!(createContext(account, repository, { logicalId: 'Images', properties }));
    assert.equal(registryOf(account).get('weather').settings.mutability.kind, 'IMMUTABLE');
    await updated.stopNow!();
    assert.equal(registryOf(account).find('weather'), undefined);
    await repository.create(context);
    assert.equal(registryOf(account).get('weather').images.length, 1);
  });

  it('is refused when its name is taken', async () => {
    await using account = await fakeAccount();
    const context = createContext(account, repository, { logicalId: 'Images', properties: { RepositoryName: 'weather' } });
    await repository.create(context);
    await assert.rejects(repository.create(context), {
      message: "The repository with name 'weather' already exists in the registry with id '000000000000'",
    });
  });
});

describe('what is set for the whole registry', () => {
  it('has no effect, and its account for a name (ECR-021)', async () => {
    await using account = await fakeAccount();
    for (const type of [registryScanningConfiguration, replicationConfiguration]) {
      const created = await type.create(createContext(account, type, { logicalId: 'Settings' }));
      assert.deepEqual([created.ref, created.attributes], ['000000000000', { RegistryId: '000000000000' }]);
    }
  });
});
