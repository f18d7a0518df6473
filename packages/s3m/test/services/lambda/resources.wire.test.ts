import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import type { InvokeResult } from '../../../src/capabilities/invocable.ts';
import { alias } from '../../../src/services/lambda/alias.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import { layerVersion } from '../../../src/services/lambda/layer-version.ts';
import { permission } from '../../../src/services/lambda/permission.ts';
import { version } from '../../../src/services/lambda/version.ts';
import type { Properties, Resource, ResourceType } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount, type FakeAccount, type FakeResource } from '../fake-account.ts';
import { owner } from './running-function.ts';
import { zipArchive } from './zip-archive.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const gateway = { principal: 'apigateway.amazonaws.com', sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:api/authorizers/a' };
const inline = (code: string): Properties => ({
  FunctionName: 'f',
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Code: { ZipFile: code },
});

/** Creates a resource that is deleted with the account. */
interface Stack extends AsyncDisposable {
  readonly account: FakeAccount;
  create(type: ResourceType, properties: Properties, more?: Partial<FakeResource>): Promise<Resource>;
  invoke(invoker?: typeof owner, qualifier?: string): Promise<InvokeResult>;
}

async function openStack(): Promise<Stack> {
  const account = await fakeAccount();
  const created: Resource[] = [];
  return {
    account,
    async create(type, properties, more = {}) {
      const resource = await type.create(createContext(account, type, { logicalId: `R${created.length}`, properties, ...more }));
      created.push(resource);
      await resource.stable?.();
      return resource;
    },
    invoke: (invoker = owner, qualifier) =>
      account.directory.find('function', arn)!.invoke({ event: '{}', invoker, ...(qualifier === undefined ? {} : { qualifier }) }),
    async [Symbol.asyncDispose]() {
      for (const resource of created.toReversed()) await resource.delete();
      await account[Symbol.asyncDispose]();
    },
  };
}

const payload = (result: InvokeResult): unknown => (result.kind === 'success' ? JSON.parse(result.payload) : result);

test('Ref of a function is its name, and its ARN an attribute', async () => {
  await using stack = await openStack();
  const created = await stack.create(lambdaFunction, inline('exports.handler = async () => 1'));
  assert.equal(created.ref, 'f');
  assert.deepEqual(created.attributes, { Arn: arn });
  await assert.rejects(stack.create(lambdaFunction, inline('exports.handler = async () => 1')), { message: 'Function already exist: f' });
});

test('a service may invoke with a permission only', async () => {
  await using stack = await openStack();
  await stack.create(lambdaFunction, inline('exports.handler = async () => "allowed"'));
  assert.deepEqual(await stack.invoke(gateway), {
    kind: 'refused',
    status: 403,
    code: 'AccessDeniedException',
    message: `User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no resource-based policy allows the lambda:InvokeFunction action`,
  });
  const properties = {
    Action: 'lambda:InvokeFunction',
    FunctionName: arn,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: gateway.sourceArn,
  };
  const allowed = await permission.create(createContext(stack.account, permission, { logicalId: 'P', properties }));
  assert.equal(payload(await stack.invoke(gateway)), 'allowed');
  assert.equal((await stack.invoke({ ...gateway, sourceArn: `${gateway.sourceArn}x` })).kind, 'refused');
  await allowed.delete();
  assert.equal((await stack.invoke(gateway)).kind, 'refused');
});

test('a permission on the function does not let a service call its alias, which has a policy of its own (LMB-063)', async () => {
  await using stack = await openStack();
  await stack.create(lambdaFunction, inline('exports.handler = async () => "allowed"'));
  await stack.create(version, { FunctionName: 'f' });
  await stack.create(alias, { FunctionName: 'f', FunctionVersion: '1', Name: 'live' });
  const properties = { Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com', SourceArn: gateway.sourceArn };
  await stack.create(permission, { ...properties, FunctionName: 'f' });
  assert.equal((await stack.invoke(gateway)).kind, 'success');
  assert.equal((await stack.invoke(gateway, 'live')).kind, 'refused');
  await stack.create(permission, { ...properties, FunctionName: `${arn}:live` });
  assert.equal((await stack.invoke(gateway, 'live')).kind, 'success');
});

test('principals of the account may invoke, those of another account may not', async () => {
  await using stack = await openStack();
  await stack.create(lambdaFunction, inline('exports.handler = async () => 1'));
  assert.equal((await stack.invoke(owner)).kind, 'success');
  assert.equal((await stack.invoke({ principal: 'arn:aws:iam::111122223333:role/x' })).kind, 'refused');
});

test('a permission for a function that is not there fails', async () => {
  await using stack = await openStack();
  const properties = { Action: 'lambda:InvokeFunction', FunctionName: 'none', Principal: 'apigateway.amazonaws.com' };
  await assert.rejects(stack.create(permission, properties), { property: 'FunctionName' });
  await assert.rejects(stack.create(permission, { ...properties, FunctionName: 'f:$LATEST' }), {
    message: 'We currently do not support adding policies for $LATEST.',
  });
  await assert.rejects(stack.create(permission, { ...properties, Action: 's3:GetObject' }), { property: 'Action' });
});

test('an event that is no JSON, or too large, is refused', async () => {
  await using stack = await openStack();
  await stack.create(lambdaFunction, inline('exports.handler = async () => 1'));
  const found = stack.account.directory.find('function', arn)!;
  const noJson = await found.invoke({ event: '{', invoker: owner });
  assert.ok(noJson.kind === 'refused' && noJson.status === 400 && noJson.code === 'InvalidRequestContentException');
  const large = await found.invoke({ event: `"${'x'.repeat(6_291_456)}"`, invoker: owner });
  assert.ok(large.kind === 'refused' && large.status === 413, JSON.stringify(large));
});

test('a version keeps code and configuration while $LATEST moves on, and an alias points to it (LMB-014)', async () => {
  await using stack = await openStack();
  const created = await stack.create(
    lambdaFunction,
    inline('exports.handler = async (e, c) => ["one", c.functionVersion, c.invokedFunctionArn]'),
  );
  const first = await stack.create(version, { FunctionName: 'f' });
  assert.equal(first.ref, `${arn}:1`);
  assert.equal(first.attributes['Version'], '1');
  const live = await stack.create(alias, { FunctionName: 'f', FunctionVersion: '1', Name: 'live' });
  assert.equal(live.ref, `${arn}:live`);
  await created.update!(
    createContext(stack.account, lambdaFunction, { logicalId: 'R0', properties: inline('exports.handler = async () => "two"') }),
  );
  assert.equal(payload(await stack.invoke()), 'two');
  assert.deepEqual(payload(await stack.invoke(owner, '1')), ['one', '1', `${arn}:1`]);
  assert.deepEqual(payload(await stack.invoke(owner, 'live')), ['one', '1', `${arn}:live`]);
  const second = await stack.create(version, { FunctionName: arn });
  assert.equal(second.attributes['Version'], '2');
  const moved = { FunctionName: 'f', FunctionVersion: '2', Name: 'live' };
  await live.update!(createContext(stack.account, alias, { logicalId: 'R2', properties: moved }));
  assert.equal(payload(await stack.invoke(owner, 'live')), 'two');
  assert.deepEqual(await stack.invoke(owner, 'none'), {
    kind: 'refused',
    status: 404,
    code: 'ResourceNotFoundException',
    message: `Function not found: ${arn}:none`,
  });
  await assert.rejects(stack.create(alias, moved), { message: `Alias already exists: ${arn}:live` });
  await assert.rejects(stack.create(alias, { ...moved, Name: 'x', FunctionVersion: '9' }), { property: 'FunctionVersion' });
});

test('code of an asset is run from its folder or unpacked from its archive; what is not there is refused in the words of S3 (LMB-009)', async () => {
  await using stack = await openStack();
  const { account } = stack;
  const folder = join(account.stateDirectory, 'asset.folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => "folder"');
  const archive = join(account.stateDirectory, 'asset.zip');
  writeFileSync(archive, zipArchive([{ name: 'src/main.mjs', content: 'export const handler = async () => "zip"' }]));
  const assets = {
    'assets/folder.zip': { path: folder, packaging: 'zip', hash: 'folder' },
    'assets/file.zip': { path: archive, packaging: 'file', hash: 'file' },
  } as const;
  const properties = (key: string, handler: string): Properties => ({
    Runtime: 'nodejs22.x',
    Handler: handler,
    FunctionName: 'f',
    Code: { S3Bucket: 'assets', S3Key: key },
  });
  const created = await stack.create(lambdaFunction, properties('folder.zip', 'index.handler'), { assets });
  assert.equal(payload(await stack.invoke()), 'folder');
  const changed = { logicalId: 'R0', properties: properties('file.zip', 'src/main.handler'), assets };
  await created.update!(createContext(account, lambdaFunction, changed));
  assert.equal(payload(await stack.invoke()), 'zip');
  await assert.rejects(stack.create(lambdaFunction, { ...properties('none.zip', 'index.handler'), FunctionName: 'g' }, { assets }), {
    message: 'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    property: 'Code.S3Key',
  });
});

test('packages of a layer are found by require', async () => {
  await using stack = await openStack();
  const folder = join(stack.account.stateDirectory, 'layer');
  mkdirSync(join(folder, 'nodejs', 'node_modules', 'shared'), { recursive: true });
  writeFileSync(join(folder, 'nodejs', 'node_modules', 'shared', 'index.js'), 'module.exports = "from the layer"');
  const layer = await stack.create(layerVersion, { LayerName: 'common', Content: './layer' });
  assert.equal(layer.ref, 'arn:aws:lambda:us-east-1:000000000000:layer:common:1');
  await stack.create(lambdaFunction, { ...inline('exports.handler = async () => require("shared")'), Layers: [layer.ref] });
  assert.equal(payload(await stack.invoke()), 'from the layer');
  await assert.rejects(stack.create(lambdaFunction, { ...inline('1'), FunctionName: 'g', Layers: ['arn:none'] }), {
    message: 'Layer version arn:none does not exist.',
  });
});

test('of packages in several layers the later layer counts, and the folder of the major version comes first (LMB-015)', async () => {
  await using stack = await openStack();
  const layer = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(stack.account.stateDirectory, name, 'nodejs', path, 'index.js');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `module.exports = '${text}'`);
    }
    return (await stack.create(layerVersion, { LayerName: name, Content: `./${name}` })).ref;
  };
  const first = await layer('first', { 'node_modules/both': 'first', 'node22/node_modules/major': 'of 22', 'node_modules/one': 'first' });
  const second = await layer('second', {
    'node_modules/both': 'second',
    'node_modules/major': 'of any',
    'node20/node_modules/old': 'of 20',
  });
  const code = `exports.handler = async () => [require('both'), require('one'), require('major'), (() => {
    try { return require('old') } catch (error) { return error.code }
  })()]`;
  await stack.create(lambdaFunction, { ...inline(code), Layers: [first, second] });
  assert.deepEqual(payload(await stack.invoke()), ['second', 'first', 'of 22', 'MODULE_NOT_FOUND']);
});

test('a handler is looked for as a file without ending, as .js, .mjs and .cjs, in folders too; .js is what package.json says (LMB-026)', async () => {
  await using stack = await openStack();
  const folder = join(stack.account.stateDirectory, 'handlers');
  const common = (text: string): string => `exports.handler = async () => '${text} ' + typeof require`;
  const modern = (text: string): string => `export const handler = async () => '${text} ' + typeof require`;
  const files: Readonly<Record<string, string>> = {
    all: common('bare'),
    'all.js': common('js'),
    'three.js': common('js'),
    'three.mjs': modern('mjs'),
    'three.cjs': common('cjs'),
    'two.mjs': modern('mjs'),
    'two.cjs': common('cjs'),
    'one.cjs': common('cjs'),
    'modern/package.json': '{"type":"module"}',
    'modern/deep/entry.js': modern('module js'),
    'modern/nested.js': 'export const api = { v1: { get: async () => "nested" } }',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const assets = { 'assets/handlers.zip': { path: folder, packaging: 'zip', hash: 'handlers' } } as const;
  const properties = (Handler: string): Properties => ({ ...inline(''), Handler, Code: { S3Bucket: 'assets', S3Key: 'handlers.zip' } });
  const created = await stack.create(lambdaFunction, properties('all.handler'), { assets });
  for (const [handler, answer] of [
    ['all.handler', 'bare function'],
    ['three.handler', 'js function'],
    ['two.handler', 'mjs undefined'],
    ['one.handler', 'cjs function'],
    ['modern/deep/entry.handler', 'module js undefined'],
    ['modern/nested.api.v1.get', 'nested'],
  ] as const) {
    const changed = { logicalId: 'R0', properties: properties(handler), assets };
    await created.update!(createContext(stack.account, lambdaFunction, changed));
    assert.equal(payload(await stack.invoke()), answer, handler);
  }
});

test('functions together reserve no more than leaves 100 of the concurrency of the account (LMB-041, AG-498)', async () => {
  await using stack = await openStack();
  const reserving = (FunctionName: string, ReservedConcurrentExecutions: number): Properties => ({
    ...inline('exports.handler = async () => 1'),
    FunctionName,
    ReservedConcurrentExecutions,
  });
  const refused = {
    message:
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    property: 'ReservedConcurrentExecutions',
  };
  await assert.rejects(stack.create(lambdaFunction, reserving('f', 901)), refused);
  const first = await stack.create(lambdaFunction, reserving('f', 600));
  await assert.rejects(stack.create(lambdaFunction, reserving('g', 301)), refused);
  await stack.create(lambdaFunction, reserving('g', 300));
  const update = (share: number) =>
    first.update!(createContext(stack.account, lambdaFunction, { logicalId: 'R0', properties: reserving('f', share) }));
  await assert.rejects(update(601), refused);
  await update(1);
});

test('a custom runtime is the bootstrap of the code, and any client of the Runtime API works', async () => {
  await using stack = await openStack();
  const folder = join(stack.account.stateDirectory, 'custom');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'bootstrap'),
    `#!${process.execPath}
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime';
(async () => {
  for (;;) {
    const next = await fetch(api + '/invocation/next');
    const id = next.headers.get('lambda-runtime-aws-request-id');
    const event = await next.json();
    const answer = { event, handler: process.env._HANDLER, arn: next.headers.get('lambda-runtime-invoked-function-arn') };
    const posted = await fetch(api + '/invocation/' + id + '/response', { method: 'POST', body: JSON.stringify(answer) });
    if (posted.status !== 202) process.exit(1);
  }
})();
`,
  );
  chmodSync(join(folder, 'bootstrap'), 0o755);
  await stack.create(lambdaFunction, { FunctionName: 'f', Runtime: 'provided.al2023', Handler: 'anything', Code: './custom' });
  assert.deepEqual(payload(await stack.invoke()), { event: {}, handler: 'anything', arn });
  assert.deepEqual(payload(await stack.invoke()), { event: {}, handler: 'anything', arn });
});

test('a custom runtime without bootstrap is told at start', async () => {
  await using stack = await openStack();
  mkdirSync(join(stack.account.stateDirectory, 'empty'));
  await stack.create(lambdaFunction, { FunctionName: 'f', Runtime: 'provided.al2023', Code: './empty' });
  const [notice] = stack.account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
  assert.match(notice!, /Runtime provided.al2023 starts the executable "bootstrap" in .*, which has no file/);
  const result = await stack.invoke();
  assert.ok(result.kind === 'function-error' && result.errorType === 'Runtime.ExitError');
});

test('a function of another runtime exists and refuses to run', async () => {
  await using stack = await openStack();
  await stack.create(lambdaFunction, { FunctionName: 'f', Runtime: 'python3.13', Handler: 'index.handler', Code: { ZipFile: 'pass' } });
  const result = await stack.invoke();
  assert.ok(result.kind === 'refused');
  assert.equal(result.message, 'Function "f" is not run here: runtime python3.13 is not supported, only nodejs* and provided* are');
});

test('a provider function of CDK starts no process', async () => {
  await using stack = await openStack();
  await stack.create(lambdaFunction, inline('exports.handler = async () => 1'), {
    logicalId: 'LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A',
  });
  assert.deepEqual(stack.account.events, []);
  const result = await stack.invoke();
  assert.ok(result.kind === 'refused');
  assert.match(result.message, /LogRetention: the engine does what this function does/);
});
