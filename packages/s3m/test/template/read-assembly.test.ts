import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { TemplateError } from '../../src/template/assembly.ts';
import { readAssembly } from '../../src/template/read-assembly.ts';

const template = { Resources: { A: { Type: 'T' } } };

/** A directory with these files, gone at the end of the scope. */
function directoryWith(files: Readonly<Record<string, unknown>>): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 's3m-assembly-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

async function problems(path: string): Promise<readonly (readonly [code: string, message: string])[]> {
  const error = await readAssembly(path).then(
    () => assert.fail('expected a TemplateError'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TemplateError, String(error));
  return error.problems.map(({ code, message }) => [code, message.replaceAll(path, 'DIR')] as const);
}

test('A plain template is an assembly of one stack, named after the file (CFN-007)', async () => {
  using directory = directoryWith({ '1_my site.template.yaml': 'Resources:\n  A: {Type: T}\n' });
  const { stacks, files, images } = await readAssembly(join(directory.path, '1_my site.template.yaml'));
  assert.deepEqual([stacks[0]?.name, stacks[0]?.template, files, images], ['my-site', template, [], []]);
});

test('A cloud assembly gives its stacks with names, parameters and dependencies, also those of stages (CFN-050 to CFN-052)', async () => {
  using directory = directoryWith({
    'manifest.json': {
      version: '999.0.0',
      artifacts: {
        B: { type: 'aws:cloudformation:stack', properties: { templateFile: 'B.template.json' }, dependencies: ['A', 'A.assets'] },
        A: {
          type: 'aws:cloudformation:stack',
          displayName: 'App/A',
          properties: { templateFile: 'A.template.json', stackName: 'first', parameters: { P: 1 } },
        },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
        Later: { type: 'something:new' },
        'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
      },
    },
    'A.template.json': template,
    'B.template.json': template,
    'assembly-Prod/manifest.json': {
      version: '1',
      artifacts: { C: { type: 'aws:cloudformation:stack', properties: { templateFile: 'c.json' } } },
    },
    'assembly-Prod/c.json': template,
  });
  const { stacks } = await readAssembly(directory.path);
  assert.deepEqual(
    stacks.map(({ name, displayName, parameters, dependencies }) => ({ name, displayName, parameters, dependencies })),
    [
      { name: 'B', displayName: 'B', parameters: {}, dependencies: ['first'] },
      { name: 'first', displayName: 'App/A', parameters: { P: '1' }, dependencies: [] },
      { name: 'C', displayName: 'C', parameters: {}, dependencies: [] },
    ],
  );
});

const stackAnd = (artifacts: object): object => ({
  version: '55.0.0',
  artifacts: { A: { type: 'aws:cloudformation:stack', properties: { templateFile: 'A.template.json' } }, ...artifacts },
});
const assets = { 'A.assets': { type: 'cdk:asset-manifest', properties: { file: 'A.assets.json' } } };

test('File and image assets are given with absolute paths and their placeholders (CFN-053, CFN-054)', async () => {
  using directory = directoryWith({
    'manifest.json': stackAnd(assets),
    'A.template.json': template,
    'A.assets.json': {
      files: {
        f1: {
          source: { path: 'asset.f1', packaging: 'zip' },
          destinations: { d: { bucketName: 'b-${AWS::Region}', objectKey: 'f1.zip' } },
        },
      },
      dockerImages: {
        i1: {
          source: { directory: 'asset.i1', dockerBuildTarget: 'prod', dockerBuildArgs: { A: 'b' }, platform: 'linux/arm64' },
          destinations: { d: { repositoryName: 'r-${AWS::AccountId}', imageTag: 'i1' } },
        },
      },
    },
  });
  const { files, images } = await readAssembly(directory.path);
  assert.deepEqual(files, [
    { bucket: 'b-${AWS::Region}', key: 'f1.zip', path: join(directory.path, 'asset.f1'), packaging: 'zip', hash: 'f1' },
  ]);
  assert.deepEqual(images, [
    {
      repository: 'r-${AWS::AccountId}',
      tag: 'i1',
      directory: join(directory.path, 'asset.i1'),
      dockerFile: 'Dockerfile',
      target: 'prod',
      buildArgs: { A: 'b' },
      platform: 'linux/arm64',
    },
  ]);
});

test('What is wrong in any template or asset manifest is told at once', async () => {
  using directory = directoryWith({
    'manifest.json': stackAnd({ ...assets, B: { type: 'aws:cloudformation:stack', properties: { templateFile: 'gone.json' } } }),
    'A.template.json': { Resources: {} },
    'A.assets.json': { files: { f1: { displayName: 'Fn/Code', source: { executable: ['make'] }, destinations: {} } } },
  });
  assert.deepEqual(await problems(directory.path), [
    ['ValidationError', 'Template format error: At least one Resources member must be defined.'],
    ['UnsupportedAsset', 'Asset "Fn/Code" is made by an external command (source.executable), which is not run here'],
    ['TemplateNotFound', 'There is no file DIR/gone.json'],
  ]);
});

test('Errors that the CDK app has annotated are told (CFN-058)', async () => {
  using directory = directoryWith({
    'manifest.json': {
      artifacts: {
        A: { type: 'aws:cloudformation:stack', properties: { templateFile: 'A.template.json' }, additionalMetadataFile: 'A.metadata.json' },
      },
    },
    'A.template.json': template,
    'A.metadata.json': {
      '/A/Thing': [
        { type: 'aws:cdk:error', data: 'Thing needs a name' },
        { type: 'aws:cdk:info', data: 'x' },
      ],
    },
  });
  assert.deepEqual(await problems(directory.path), [['SynthesisError', '[/A/Thing] Thing needs a name']]);
});

test('A path that leads nowhere, and a directory that is no assembly', async () => {
  using directory = directoryWith({ 'a.txt': 'x', 'broken/manifest.json': '{', 'empty/manifest.json': '{"artifacts":{}}' });
  assert.deepEqual(await problems(join(directory.path, 'gone')), [['TemplateNotFound', 'There is no file or directory DIR']]);
  assert.deepEqual(await problems(directory.path), [['NotAnAssembly', 'DIR is not a CDK cloud assembly: it has no manifest.json']]);
  assert.match((await problems(join(directory.path, 'broken')))[0]![1], /^DIR\/manifest.json is not JSON/);
  assert.deepEqual(await problems(join(directory.path, 'empty')), [['NoStacks', 'The cloud assembly DIR holds no stack']]);
});

test('A file larger than 1 MB is refused as CloudFormation refuses it (CFN-007)', async () => {
  using directory = directoryWith({ 't.json': { Description: 'x'.repeat(1_000_000), ...template } });
  assert.deepEqual(await problems(join(directory.path, 't.json')), [['ValidationError', 'Template may not exceed 1000000 bytes in size.']]);
});
