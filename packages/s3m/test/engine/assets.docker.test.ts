import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DescribeImagesCommand, DescribeRepositoriesCommand, ECRClient, type ImageDetail } from '@aws-sdk/client-ecr';
import type { Engine } from '../../src/engine/engine.ts';
import { dockerEngine, ensureBaseImage } from '../containers/base-image-fixture.ts';
import { until } from '../containers/task-fixture.ts';
import { dockerProject, getHello } from './docker-project.ts';
import { isolated, serverOf } from './small-system.ts';

const docker = await dockerEngine();

async function withEcr<T>(engine: Engine, work: (client: ECRClient) => Promise<T>): Promise<T> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = engine.account.developer;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
  const client = new ECRClient({ region: 'us-east-1', endpoint: engine.describe().endpoints.aws, credentials });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** What `aws ecr describe-images` tells of the small system's asset repository. */
async function pushedImages(engine: Engine): Promise<readonly ImageDetail[]> {
  return withEcr(engine, async (client) => (await client.send(new DescribeImagesCommand({ repositoryName: 'images' }))).imageDetails ?? []);
}

describe('images that the application builds, in Docker', { skip: docker === undefined ? 'no Docker engine answers' : false }, () => {
  test('live in the registry: pushed once, pulled by digest, replaced, and gone with their last use', async (t) => {
    await ensureBaseImage(docker!);
    await using project = dockerProject(docker!);
    project.write({ server: serverOf('one') });
    let first = '';
    await t.test('the tag is the hash, and the task runs the digest that the registry has of it (CFN-055, ECR-022)', async () => {
      await using engine = await project.start();
      assert.equal((await getHello(engine)).body, 'one');
      const [pushed, ...others] = await pushedImages(engine);
      assert.equal(others.length, 0);
      assert.match(pushed!.imageTags![0]!, /^[0-9a-f]{64}$/);
      first = pushed!.imageDigest!;
      const { repositories } = await withEcr(engine, (client) => client.send(new DescribeRepositoriesCommand({})));
      assert.deepEqual(
        repositories!.map(({ repositoryName, imageTagMutability }) => [repositoryName, imageTagMutability]),
        [['images', 'IMMUTABLE']],
      );
      const images = (await project.containers()).map(({ Image }) => Image);
      assert.ok(
        images.some((image) => image.endsWith(`/images@${first}`)),
        images.join(),
      );
      const names = (await project.images()).flatMap(({ RepoTags }) => RepoTags ?? []);
      assert.equal(names.length, 1, 'the one that it was built under, none with the port of the registry');
      assert.match(names[0]!, new RegExp(`^s3m-asset:${project.id}-[0-9a-f]{16}$`));
    });
    assert.deepEqual(await project.containers(), []);
    await t.test('an unchanged one is neither built nor pushed again; what Docker has lost comes from the registry (ECR-023)', async () => {
      for (const { Id } of await project.images()) await docker!.getImage(Id).remove({ force: true });
      const assembly = join(project.directory, 'cdk.out');
      const asset = readdirSync(assembly).find((name) => name.startsWith('asset.'))!;
      writeFileSync(join(assembly, asset, 'Dockerfile'), 'FROM s3m-test-not-there\n');
      await using engine = await project.start();
      assert.equal((await getHello(engine)).body, 'one');
      assert.deepEqual(
        (await pushedImages(engine)).map(({ imageDigest }) => imageDigest),
        [first],
      );
    });
    await t.test('a changed one takes its place in the registry, and in Docker with the next start', async () => {
      {
        project.write({ server: serverOf('one') });
        await using engine = await project.start();
        project.write({ server: serverOf('two') });
        await engine.update();
        assert.equal((await getHello(engine)).body, 'two');
        await until(async () => (await pushedImages(engine)).length === 1, 'the former image to go');
        assert.notEqual((await pushedImages(engine))[0]!.imageDigest, first);
      }
      await using engine = await project.start();
      assert.equal((await getHello(engine)).body, 'two');
      await until(async () => (await project.images()).length === 1, 'Docker to hold the newest only');
    });
    await t.test("a task without a way to the registry gets none, in AWS's words (ECS-047, VPC-020)", async () => {
      project.write({ server: serverOf('two'), resources: isolated });
      await assert.rejects(
        project.start(),
        /cannot be started: Its image cannot be pulled: .*has no route to api\.ecr\.us-east-1\.amazonaws\.com/,
      );
    });
    await t.test('one that is made for another processor than the task definition says is refused at once, with what to mend', async () => {
      const [other, own] = process.arch === 'arm64' ? ['X86_64', 'arm64'] : ['ARM64', 'amd64'];
      project.write({ server: serverOf('two'), task: { RuntimePlatform: { CpuArchitecture: other } } });
      await assert.rejects(
        project.start(),
        new RegExp(
          `: its task \\w{8} cannot be started: image \\S+ is made for linux/${own}, and the task definition says ${other}\\. Build it for`,
        ),
      );
    });
    await t.test('a Dockerfile that cannot be built fails the start with what the build said', async () => {
      // One output: Docker says in which order two of them came only by chance.
      const script = "process.stdout.write('com'); setTimeout(() => { console.log('piles\\nbadly'); process.exit(3); }, 300)";
      project.write({ dockerfile: `FROM s3m-test-base:node\nRUN ["node", "-e", ${JSON.stringify(script)}]\n` });
      await assert.rejects(
        project.start(),
        /: its task \w{8} cannot be started: Cannot build .*Dockerfile: .*returned a non-zero code: 3\nThe build said last:.*\n {2}compiles\n {2}badly\n {2}Removing intermediate container \w+$/s,
      );
      const reasons = project.events.flatMap((event) => (event.event === 'task' ? (event.reason ?? []) : []));
      assert.equal(reasons.length, 1, 'one build, told once');
      project.write({ dockerfile: 'FROM s3m-test-base:node\nCOPPY server.mjs ./\n' });
      await assert.rejects(project.start(), /Dockerfile: dockerfile parse error line 2: unknown instruction: COPPY\.$/);
    });
    assert.deepEqual(await project.containers(), []);
  });
});
