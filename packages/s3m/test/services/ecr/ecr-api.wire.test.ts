import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
  StartImageScanCommand,
  TagResourceCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { EcrRegistry } from '../../../src/services/ecr/ecr-registry.ts';
import type { FakeAccountOptions } from '../fake-account.ts';
import { manifestOf, OCI_MANIFEST, registryBench, sha256, type RegistryBench } from './registry-fixture.ts';

interface ApiBench extends RegistryBench {
  readonly client: ECRClient;
}

async function apiBench(options: FakeAccountOptions = {}): Promise<ApiBench> {
  const bench = await registryBench({}, options);
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const client = new ECRClient({ region: 'us-east-1', endpoint: bench.account.endpoint.url, credentials, maxAttempts: 1 });
  return { ...bench, client, [Symbol.asyncDispose]: async () => (client.destroy(), bench[Symbol.asyncDispose]()) };
}

const repositoryName = 'team/weather';

/** Name and message of what an operation is refused with. */
async function refusal(work: Promise<unknown>): Promise<readonly [string, string]> {
  try {
    await work;
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
  throw new Error('it was not refused');
}

describe("ECR's API", () => {
  it('hands out a password for Docker (ECR-004)', async () => {
    const clock = new VirtualClock();
    await using bench = await apiBench({ clock });
    const { authorizationData: [data] = [] } = await bench.client.send(new GetAuthorizationTokenCommand({}));
    assert.match(Buffer.from(data!.authorizationToken!, 'base64').toString(), /^AWS:\S+$/);
    assert.equal(data!.proxyEndpoint, bench.account.endpoint.url);
    assert.equal(data!.expiresAt!.getTime(), clock.now() + 12 * 3_600_000);
    assert.equal((await bench.ask('GET', '/v2/', { headers: { authorization: `Basic ${data!.authorizationToken}` } })).status, 200);
  });

  it('gives 200 passwords at once and 20 a second (ECR-017)', async () => {
    const clock = new VirtualClock();
    await using bench = await apiBench({ clock });
    const ask = (): Promise<unknown> => bench.client.send(new GetAuthorizationTokenCommand({}));
    for (let count = 0; count < 200; count += 1) await ask();
    assert.deepEqual(await refusal(ask()), ['ThrottlingException', 'Rate exceeded']);
    await clock.advance(50);
    await ask();
    assert.deepEqual(await refusal(ask()), ['ThrottlingException', 'Rate exceeded']);
  });

  it('asks IAM for each operation; a password is for no single repository (ECR-005)', async () => {
    const arn = 'arn:aws:sts::000000000000:assumed-role/build/1';
    await using bench = await apiBench({ caller: { arn, accountId: '000000000000', userId: 'A:1' } });
    const text = (action: string, resource: string): string =>
      `User: ${arn} is not authorized to perform: ecr:${action} on resource: ${resource} because no identity-based policy allows the ecr:${action} action`;
    assert.deepEqual(await refusal(bench.client.send(new GetAuthorizationTokenCommand({}))), [
      'AccessDeniedException',
      text('GetAuthorizationToken', '*'),
    ]);
    assert.deepEqual(await refusal(bench.client.send(new DescribeImagesCommand({ repositoryName }))), [
      'AccessDeniedException',
      text('DescribeImages', 'arn:aws:ecr:us-east-1:000000000000:repository/team/weather'),
    ]);
    assert.equal((await refusal(bench.client.send(new DescribeRepositoriesCommand({}))))[0], 'AccessDeniedException');
    assert.equal((await refusal(bench.client.send(new CreateRepositoryCommand({ repositoryName: 'new' }))))[0], 'AccessDeniedException');
  });

  it('makes, describes and deletes repositories (ECR-010, ECR-020)', async () => {
    await using bench = await apiBench();
    const created = await bench.client.send(
      new CreateRepositoryCommand({ repositoryName: 'a/b', imageTagMutability: 'IMMUTABLE', tags: [{ Key: 'k', Value: 'v' }] }),
    );
    assert.deepEqual(
      [created.repository?.repositoryArn, created.repository?.repositoryUri, created.repository?.imageTagMutability],
      ['arn:aws:ecr:us-east-1:000000000000:repository/a/b', `127.0.0.1:${bench.account.endpoint.port}/a/b`, 'IMMUTABLE'],
    );
    assert.deepEqual(await refusal(bench.client.send(new CreateRepositoryCommand({ repositoryName: 'a/b' }))), [
      'RepositoryAlreadyExistsException',
      "The repository with name 'a/b' already exists in the registry with id '000000000000'",
    ]);
    const { repositories } = await bench.client.send(new DescribeRepositoriesCommand({}));
    assert.deepEqual(
      repositories?.map((each) => each.repositoryName),
      ['a/b', 'team/weather'],
    );
    const page = await bench.client.send(new DescribeRepositoriesCommand({ maxResults: 1 }));
    const rest = await bench.client.send(new DescribeRepositoriesCommand({ nextToken: page.nextToken }));
    assert.deepEqual([page.repositories?.[0]?.repositoryName, rest.repositories?.[0]?.repositoryName], ['a/b', 'team/weather']);
    assert.deepEqual((await bench.client.send(new ListTagsForResourceCommand({ resourceArn: created.repository?.repositoryArn }))).tags, [
      { Key: 'k', Value: 'v' },
    ]);
    await bench.pushImage('one');
    assert.deepEqual(await refusal(bench.client.send(new DeleteRepositoryCommand({ repositoryName }))), [
      'RepositoryNotEmptyException',
      "The repository with name 'team/weather' in registry with id '000000000000' cannot be deleted because it still contains images",
    ]);
    await bench.client.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    assert.deepEqual(await refusal(bench.client.send(new DescribeImagesCommand({ repositoryName }))), [
      'RepositoryNotFoundException',
      "The repository with name 'team/weather' does not exist in the registry with id '000000000000'",
    ]);
  });

  it('finds a repository that it made again after a restart, with its settings', async () => {
    await using bench = await apiBench();
    await bench.client.send(new CreateRepositoryCommand({ repositoryName: 'kept' }));
    await bench.client.send(new PutImageTagMutabilityCommand({ repositoryName: 'kept', imageTagMutability: 'IMMUTABLE' }));
    await bench.client.send(new TagResourceCommand({ resourceArn: bench.registry.arnOf('kept'), tags: [{ Key: 'k', Value: 'v' }] }));
    const { settings } = new EcrRegistry(bench.account).get('kept');
    assert.deepEqual([settings.mutability.kind, settings.tags], ['IMMUTABLE', { k: 'v' }]);
  });

  it('lists, describes and hands out images (ECR-011)', async () => {
    const clock = new VirtualClock();
    await using bench = await apiBench({ clock });
    const digest = await bench.pushImage('one', 'layer');
    const other = await bench.pushImage('two', 'other');
    const untagged = await bench.pushImage('two', 'third');
    const { imageDetails } = await bench.client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'one' }] }));
    const [detail] = imageDetails!;
    assert.deepEqual(
      [detail!.imageDigest, detail!.imageTags, detail!.imageSizeInBytes, detail!.imagePushedAt?.getTime(), detail!.imageManifestMediaType],
      [digest, ['one'], 7, clock.now(), OCI_MANIFEST],
    );
    const tagged = await bench.client.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'TAGGED' } }));
    assert.deepEqual(tagged.imageIds, [
      { imageDigest: digest, imageTag: 'one' },
      { imageDigest: untagged, imageTag: 'two' },
    ]);
    const without = await bench.client.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } }));
    assert.deepEqual(without.imageIds, [{ imageDigest: other }]);
    const got = await bench.client.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'one' }, { imageTag: 'none' }] }),
    );
    assert.equal(sha256(got.images![0]!.imageManifest!), digest);
    assert.deepEqual(got.failures, [
      { imageId: { imageTag: 'none' }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
    ]);
    assert.deepEqual(await refusal(bench.client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'none' }] }))), [
      'ImageNotFoundException',
      "The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'team/weather' in the registry with id '000000000000'",
    ]);
  });

  it('tags an image anew, and refuses one that is there or immutable (ECR-014, ECR-016)', async () => {
    await using bench = await apiBench();
    const digest = await bench.pushImage('one', 'a');
    const imageManifest = manifestOf('{}', ['a']);
    const put = await bench.client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'stable' }));
    assert.deepEqual(put.image?.imageId, { imageDigest: digest, imageTag: 'stable' });
    assert.deepEqual(await refusal(bench.client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'one' }))), [
      'ImageAlreadyExistsException',
      `Image with digest '${digest}' and tag 'one' already exists in the repository with name 'team/weather' in registry with id '000000000000'`,
    ]);
    await bench.pushImage('two', 'b');
    await bench.client.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
    assert.equal(
      (await refusal(bench.client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'two' }))))[0],
      'ImageTagAlreadyExistsException',
    );
    const imageDigest = sha256('other');
    assert.equal(
      (await refusal(bench.client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'x', imageDigest }))))[0],
      'ImageDigestDoesNotMatchException',
    );
    assert.equal(
      (
        await refusal(bench.client.send(new PutImageCommand({ repositoryName, imageManifest: manifestOf('{}', ['no']), imageTag: 'x' })))
      )[0],
      'LayersNotFoundException',
    );
  });

  it('deletes images by tag and by digest', async () => {
    await using bench = await apiBench();
    const digest = await bench.pushImage('one', 'a');
    await bench.pushImage('two', 'a');
    const first = await bench.client.send(
      new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'one' }, { imageTag: 'none' }] }),
    );
    assert.deepEqual(first.imageIds, [{ imageDigest: digest, imageTag: 'one' }]);
    assert.equal(first.failures?.[0]?.failureCode, 'ImageNotFound');
    const second = await bench.client.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
    assert.deepEqual(second.imageIds, [{ imageDigest: digest, imageTag: 'two' }]);
    assert.deepEqual(bench.repository.images, []);
  });

  it('takes layers in parts and tells which are there (ECR-009, ECR-024)', async () => {
    await using bench = await apiBench();
    const content = Buffer.alloc(6 << 20, 'x');
    const { uploadId } = await bench.client.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = (from: number, to: number): Promise<unknown> =>
      bench.client.send(
        new UploadLayerPartCommand({
          repositoryName,
          uploadId,
          partFirstByte: from,
          partLastByte: to - 1,
          layerPartBlob: content.subarray(from, to),
        }),
      );
    await part(0, 5 << 20);
    assert.equal((await refusal(part(0, 5 << 20)))[0], 'InvalidLayerPartException');
    await part(5 << 20, content.length);
    const layerDigest = sha256(content);
    const done = await bench.client.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [layerDigest] }));
    assert.equal(done.layerDigest, layerDigest);
    const { layers, failures } = await bench.client.send(
      new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layerDigest, sha256('absent'), 'sha256:1'] }),
    );
    assert.deepEqual(
      layers?.map((layer) => [layer.layerAvailability, layer.layerSize]),
      [
        ['AVAILABLE', content.length],
        ['UNAVAILABLE', undefined],
      ],
    );
    assert.equal(failures?.[0]?.failureCode, 'InvalidLayerDigest');
    const { downloadUrl } = await bench.client.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));
    assert.equal((await bench.ask('GET', downloadUrl!)).body.length, content.length);
    assert.equal(
      (
        await refusal(
          bench.client.send(
            new UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte: 0, partLastByte: 0, layerPartBlob: Buffer.from('x') }),
          ),
        )
      )[0],
      'UploadNotFoundException',
    );
    const small = (await bench.client.send(new InitiateLayerUploadCommand({ repositoryName }))).uploadId;
    const tiny = (at: number): Promise<unknown> =>
      bench.client.send(
        new UploadLayerPartCommand({
          repositoryName,
          uploadId: small,
          partFirstByte: at,
          partLastByte: at,
          layerPartBlob: Buffer.from('x'),
        }),
      );
    await tiny(0);
    assert.equal((await refusal(tiny(1)))[0], 'LayerPartTooSmallException');
  });

  it("keeps a repository's policy, and refuses one that is none (ECR-018)", async () => {
    await using bench = await apiBench();
    assert.deepEqual(await refusal(bench.client.send(new GetRepositoryPolicyCommand({ repositoryName }))), [
      'RepositoryPolicyNotFoundException',
      "Repository policy does not exist for the repository with name 'team/weather' in the registry with id '000000000000'",
    ]);
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 'ecr:ListImages' }] });
    await bench.client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    assert.equal((await bench.client.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText, policyText);
    assert.match(
      (await refusal(bench.client.send(new ListImagesCommand({ repositoryName }))))[1],
      /with an explicit deny in a resource-based policy$/,
    );
    await bench.client.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
    await bench.client.send(new ListImagesCommand({ repositoryName }));
    for (const bad of ['{', '{"Statement":[{"Effect":"Perhaps"}]}'])
      assert.equal(
        (await refusal(bench.client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: bad }))))[0],
        'InvalidParameterException',
      );
  });

  it('lets expire what the lifecycle policy says (ECR-019)', async () => {
    const clock = new VirtualClock();
    await using bench = await apiBench({ clock });
    assert.equal(
      (await refusal(bench.client.send(new GetLifecyclePolicyCommand({ repositoryName }))))[0],
      'LifecyclePolicyNotFoundException',
    );
    const lifecyclePolicyText = JSON.stringify({
      rules: [
        { rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 }, action: { type: 'expire' } },
      ],
    });
    await bench.client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    await bench.pushImage('old');
    await clock.advance(1000);
    const kept = await bench.pushImage('new');
    await clock.advance(3_600_000);
    assert.deepEqual(
      bench.repository.images.map(({ digest }) => digest),
      [kept],
    );
    const got = await bench.client.send(new GetLifecyclePolicyCommand({ repositoryName }));
    assert.deepEqual([got.lifecyclePolicyText, got.lastEvaluatedAt?.getTime()], [lifecyclePolicyText, clock.now() - 1000]);
    await bench.client.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
    assert.match(
      (await refusal(bench.client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '{"rules":[]}' }))))[1],
      /Lifecycle policy validation failure/,
    );
  });

  it('refuses names, registries and members that ECR does not know', async () => {
    await using bench = await apiBench();
    for (const bad of ['Weather', '../etc', 'a'])
      assert.equal(
        (await refusal(bench.client.send(new CreateRepositoryCommand({ repositoryName: bad }))))[0],
        'InvalidParameterException',
      );
    assert.deepEqual(await refusal(bench.client.send(new ListImagesCommand({ repositoryName, registryId: '111111111111' }))), [
      'RepositoryNotFoundException',
      "The repository with name 'team/weather' does not exist in the registry with id '111111111111'",
    ]);
    assert.equal((await refusal(bench.client.send(new ListImagesCommand({ repositoryName: undefined }))))[0], 'InvalidParameterException');
    assert.equal(
      (await refusal(bench.client.send(new CreateRepositoryCommand({ repositoryName: 5 as unknown as string }))))[0],
      'SerializationException',
    );
    assert.match(
      (await refusal(bench.client.send(new StartImageScanCommand({ repositoryName, imageId: {} }))))[1],
      /^StartImageScan of ecr is not served here; docs\/coverage\.md lists what is$/,
    );
  });
});
