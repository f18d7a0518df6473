import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { App, Stack, Stage } from 'aws-cdk-lib/core';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { up, type EngineEvent } from 's3m';
import { createProject, type Project } from './project.ts';

const handlerOf = (answer: string): string => `exports.handler = async () => ({ statusCode: 200, body: ${JSON.stringify(answer)} });\n`;

interface Artifact {
  readonly type: string;
  readonly properties?: { readonly directoryName?: string; readonly file?: string };
}

interface AssetManifest {
  readonly files: Readonly<Record<string, { readonly source: { readonly path: string; readonly packaging: string } }>>;
  readonly dockerImages: Readonly<
    Record<string, { readonly destinations: Readonly<Record<string, { readonly repositoryName: string; readonly imageTag: string }>> }>
  >;
}

function readAssets(file: string): AssetManifest {
  return JSON.parse(readFileSync(file, 'utf8')) as AssetManifest;
}

function readArtifacts(file: string): Readonly<Record<string, Artifact>> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly artifacts: Readonly<Record<string, Artifact>> }).artifacts;
}

/** A zip archive of one file, stored as it is. */
function zipOf(name: string, content: string): Buffer {
  const data = Buffer.from(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}

/** An app of two stacks, one of them in a stage, with a function from a folder, one from an archive, and an image. */
function synthesize(project: Project, paths: readonly string[]): void {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
    outdir: project.path('cdk.out'),
  });
  const stack = new Stack(app, 'Assets');
  const createFunction = (id: string, code: Code): Function =>
    new Function(stack, id, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
  const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
  const folder = new LambdaIntegration(createFunction('Folder', Code.fromAsset(project.path('folder'))));
  for (const path of paths) api.root.addResource(path).addMethod('GET', folder);
  api.root
    .addResource('archive')
    .addMethod('GET', new LambdaIntegration(createFunction('Archive', Code.fromAsset(project.path('code.zip')))));
  new FargateTaskDefinition(new Stack(new Stage(app, 'Prod'), 'Nested'), 'Task').addContainer('app', {
    image: ContainerImage.fromAsset(project.path('image')),
  });
  app.synth();
}

test('a real assembly: stacks of stages, folders and archives as code, images by the hash in their URI (CFN-051, CFN-055, CFN-056, ECR-022)', async (t) => {
  using project = createProject();
  project.write('folder/index.js', handlerOf('folder'));
  project.write('image/Dockerfile', 'FROM node:26-slim\nCMD ["node", "-e", "setInterval(() => {}, 1000)"]\n');
  writeFileSync(project.path('code.zip'), zipOf('index.js', handlerOf('archive')));
  synthesize(project, ['folder']);
  const artifacts = readArtifacts(project.path('cdk.out', 'manifest.json'));
  const types = new Set(Object.values(artifacts).map(({ type }) => type));
  for (const type of ['aws:cloudformation:stack', 'cdk:asset-manifest', 'cdk:tree', 'cdk:cloud-assembly']) assert.ok(types.has(type), type);
  const { files } = readAssets(project.path('cdk.out', 'Assets.assets.json'));
  const sources = Object.values(files).map(({ source }) => `${source.packaging} ${source.path.replace(/[0-9a-f]{64}/, 'HASH')}`);
  assert.deepEqual(sources.toSorted(), ['file Assets.template.json', 'file asset.HASH.zip', 'zip asset.HASH']);

  const events: EngineEvent[] = [];
  await using engine = await up({
    directory: project.directory,
    app: 'cdk.out',
    ports: { aws: 0, api: 0 },
    onEvent: (event) => void events.push(event),
  });
  const get = async (path: string): Promise<readonly [number, string]> => {
    const answer = await fetch(`${Object.values(engine.describe().endpoints.apis)[0]!.stages['prod']}/${path}`);
    return [answer.status, await answer.text()];
  };
  await t.test('what is no stack and no assets is passed over; the stack of the stage runs too', () => {
    assert.deepEqual(Object.keys(engine.describe().stacks).toSorted(), ['Assets', 'Prod-Nested']);
  });
  await t.test('both functions have their code', async () => {
    assert.deepEqual(await get('folder'), [200, 'folder']);
    assert.deepEqual(await get('archive'), [200, 'archive']);
  });
  await t.test('the task definition names the image by the hash, in the repository of the bootstrap', () => {
    const nested = project.path('cdk.out', artifacts['assembly-Prod']!.properties!.directoryName!);
    const manifest = Object.values(readArtifacts(`${nested}/manifest.json`)).find(({ type }) => type === 'cdk:asset-manifest')!;
    const [hash, { destinations }] = Object.entries(readAssets(`${nested}/${manifest.properties!.file!}`).dockerImages)[0]!;
    assert.deepEqual(
      Object.values(destinations).map(({ imageTag }) => imageTag),
      [hash],
    );
    const [, definition] = engine.account.directory.list('taskDefinition')[0]!;
    const uri = `000000000000.dkr.ecr.us-east-1.amazonaws.com/cdk-hnb659fds-container-assets-000000000000-us-east-1:${hash}`;
    assert.equal(definition.containers[0]!.image, uri);
    assert.equal(engine.account.directory.find('image', uri)!.hash, hash);
  });
  await t.test(
    'a further method gives the deployment another logical id: the new one is made, the stage moves, the old one goes (CFN-059)',
    async () => {
      assert.equal((await get('more'))[0], 403);
      const since = events.length;
      synthesize(project, ['folder', 'more']);
      await engine.update();
      assert.deepEqual(await get('more'), [200, 'folder']);
      const updated = events.slice(since).find((event) => event.event === 'updated')!;
      const deployments = (kind: string): readonly string[] => (updated.changes[kind] ?? []).filter((id) => id.includes('ApiDeployment'));
      assert.equal(deployments('created').length, 1);
      assert.equal(deployments('deleted').length, 1);
      assert.notDeepEqual(deployments('created'), deployments('deleted'));
      assert.match(deployments('created')[0]!, /ApiDeployment[0-9A-F]{8}[0-9a-f]{32}$/);
      assert.ok((updated.changes['updated'] ?? []).some((id) => id.includes('ApiDeploymentStageprod')));
    },
  );
});
