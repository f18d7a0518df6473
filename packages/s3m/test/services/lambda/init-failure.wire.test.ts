import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { owner, runFunction } from './running-function.ts';

async function failureOf(
  code: string,
  properties: Properties = {},
): Promise<{ type: string; message: string; notices: readonly string[] }> {
  await using running = await runFunction(code, properties);
  const result = await running.invoke();
  assert.ok(result.kind === 'function-error', JSON.stringify(result));
  assert.match(result.logs[0]!, /^START /);
  assert.match(result.logs.at(-1)!, /^REPORT /);
  return { type: result.errorType, message: result.errorMessage, notices: running.notices };
}

test('a handler that is not exported is told at start, with the fix (LMB-027)', async () => {
  const { type, message, notices } = await failureOf('exports.main = 1');
  assert.equal(type, 'Runtime.HandlerNotFound');
  assert.equal(message, 'index.handler is undefined or not exported');
  assert.deepEqual(notices, [
    'Function "Authorizer" cannot start, every invocation will fail: Runtime.HandlerNotFound: index.handler is undefined or not exported. Set Handler to FILE.EXPORT, with an export of index that is a function.',
  ]);
});

test('a handler that is no function (LMB-027)', async () => {
  const { type, message } = await failureOf('exports.handler = 1');
  assert.deepEqual([type, message], ['Runtime.HandlerNotFound', 'index.handler is not a function']);
});

test('a handler in a file that is not there names what is there', async () => {
  const { type, message, notices } = await failureOf('1', { Handler: 'main.handler' });
  assert.equal(type, 'Runtime.ImportModuleError');
  assert.match(message, /^Error: Cannot find module 'main'\nRequire stack:\n- /);
  assert.match(notices[0]!, /Handler "main.handler" wants main.js, main.mjs or main.cjs in .*, which has index.js/);
});

test('a malformed handler name (LMB-027)', async () => {
  const { type, message } = await failureOf('1', { Handler: '../index.handler' });
  assert.equal(type, 'Runtime.MalformedHandlerName');
  assert.equal(
    message,
    "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
  );
  assert.equal((await failureOf('1', { Handler: 'index' })).message, 'Bad handler');
});

test('code that does not parse (LMB-027)', async () => {
  const { type, message } = await failureOf('exports.handler = async( => 1');
  assert.deepEqual([type, message], ['Runtime.UserCodeSyntaxError', "SyntaxError: Unexpected token '=>'"]);
});

test('an error while the code is loaded', async () => {
  const { type, message } = await failureOf('throw new RangeError("no configuration")');
  assert.deepEqual([type, message], ['RangeError', 'no configuration']);
});

test('an exit while the code is loaded', async () => {
  const { type, message } = await failureOf('process.exit(7)');
  assert.equal(type, 'Runtime.ExitError');
  assert.match(message, /Runtime exited with error: exit status 7$/);
});

test('a package that was not bundled is missed here too, although a folder above has it', async () => {
  await using account = await fakeAccount();
  mkdirSync(join(account.stateDirectory, 'node_modules', 'leftpad'), { recursive: true });
  writeFileSync(join(account.stateDirectory, 'node_modules', 'leftpad', 'index.js'), 'module.exports = 1');
  mkdirSync(join(account.stateDirectory, 'code', 'node_modules', 'bundled'), { recursive: true });
  writeFileSync(join(account.stateDirectory, 'code', 'node_modules', 'bundled', 'index.js'), 'module.exports = 2');
  writeFileSync(
    join(account.stateDirectory, 'code', 'index.js'),
    'exports.two = require("bundled"); exports.handler = async () => require("leftpad")',
  );
  const properties = { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: './code' };
  const created = await lambdaFunction.create(createContext(account, lambdaFunction, { logicalId: 'F', properties }));
  const result = await account.directory.find('function', String(created.attributes['Arn']))!.invoke({ event: '{}', invoker: owner });
  await created.delete();
  assert.ok(result.kind === 'function-error');
  assert.match(result.errorMessage, /^Cannot find module 'leftpad'/);
});

test('the AWS SDK comes from the project, for CommonJS and ES modules, and its absence is explained', async () => {
  await using account = await fakeAccount();
  // The project's folder is the one above the state directory.
  const project = join(account.stateDirectory, 'project');
  const inProject = { ...account, stateDirectory: join(project, '.s3m') };
  const sdk = join(project, 'node_modules', '@aws-sdk', 'client-there');
  mkdirSync(sdk, { recursive: true });
  writeFileSync(join(sdk, 'package.json'), '{"name": "@aws-sdk/client-there", "main": "index.js"}');
  writeFileSync(join(sdk, 'index.js'), 'exports.there = "sdk"');
  for (const code of [
    'const { there } = require("@aws-sdk/client-there"); exports.handler = async () => there',
    'import { there } from "@aws-sdk/client-there"; export const handler = async () => there',
  ]) {
    const properties = { Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { ZipFile: code } };
    const created = await lambdaFunction.create(createContext(inProject, lambdaFunction, { logicalId: 'F', properties }));
    const result = await account.directory.find('function', String(created.attributes['Arn']))!.invoke({ event: '{}', invoker: owner });
    await created.delete();
    assert.ok(result.kind === 'success', JSON.stringify(result));
    assert.equal(result.payload, '"sdk"');
  }
  const { type, notices } = await failureOf('require("@aws-sdk/client-missing"); exports.handler = async () => 1');
  assert.equal(type, 'Runtime.ImportModuleError');
  assert.match(notices[0]!, /npm install --save-dev @aws-sdk\/client-missing/);
});

test('the package.json of the application, which is above the code here alone, does not say what a `.js` file of the function is (LMB-026)', async () => {
  await using account = await fakeAccount();
  const project = join(account.stateDirectory, 'project');
  const inProject = { ...account, stateDirectory: join(project, '.s3m') };
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"type": "module"}');
  for (const [Runtime, code] of [
    ['nodejs22.x', 'exports.handler = async () => typeof module'],
    ['nodejs24.x', 'exports.handler = async () => typeof module'],
    ['nodejs24.x', 'export const handler = async () => typeof import.meta'],
  ] as const) {
    const properties = { Runtime, Handler: 'index.handler', Code: { ZipFile: code } };
    const created = await lambdaFunction.create(createContext(inProject, lambdaFunction, { logicalId: 'F', properties }));
    const result = await account.directory.find('function', String(created.attributes['Arn']))!.invoke({ event: '{}', invoker: owner });
    await created.delete();
    assert.ok(result.kind === 'success', JSON.stringify(result));
    assert.equal(result.payload, '"object"');
  }
});

test('an initialisation of more than ten seconds is tried again at the first invocation, within its time-out (AG-480, LMB-024)', async () => {
  const clock = new VirtualClock();
  await using account = await fakeAccount({ clock });
  const properties = {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    FunctionName: 'slow',
    Timeout: 5,
    Code: {
      ZipFile: 'console.log("loading"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); exports.handler = async () => 1',
    },
  };
  const created = await lambdaFunction.create(createContext(account, lambdaFunction, { logicalId: 'Slow', properties }));
  const loads = () =>
    account.directory
      .find('logGroup', '/aws/lambda/slow')
      ?.tail(100)
      .filter((event) => event.message.endsWith('loading')).length ?? 0;
  while (loads() < 1) await clock.advance(0);
  await clock.advance(10_000);
  await created.stable!();
  const notices = account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : []));
  assert.match(notices[0]!, /initialisation took longer than 10 seconds/);
  const pending = account.directory.find('function', String(created.attributes['Arn']))!.invoke({ event: '{}', invoker: owner });
  while (loads() < 2) await clock.advance(0);
  await clock.advance(5_000);
  const result = await pending;
  await created.delete();
  assert.ok(result.kind === 'function-error');
  assert.equal(result.errorType, 'Sandbox.Timedout');
  assert.match(result.errorMessage, /timed out after 5.00 seconds$/);
});

test('a function that failed to start recovers when its code is mended', async () => {
  await using running = await runFunction('exports.nothing = 1');
  assert.equal((await running.invoke()).kind, 'function-error');
  await running.update('exports.handler = async () => 1');
  assert.equal((await running.invoke()).kind, 'success');
});
