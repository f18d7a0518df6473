import assert from 'node:assert/strict';
import test from 'node:test';
import { role } from '../../../src/services/iam/role.ts';
import { ensureLogGroup } from '../../../src/services/log-groups.ts';
import type { Properties, Value } from '../../../src/services/resource-type.ts';
import { createContext, fakeAccount } from '../fake-account.ts';
import { lambdaFunction } from '../../../src/services/lambda/function.ts';
import { runFunction } from './running-function.ts';

const code = 'exports.handler = async () => process.env.AWS_ACCESS_KEY_ID + " " + process.env.AWS_SESSION_TOKEN';
const Role = 'arn:aws:iam::000000000000:role/Authorizer';
const halfADay = 12 * 3_600_000;

test('a function has credentials of its role in its variables, of a session with its own name (LMB-022, IAM-008)', async () => {
  await using running = await runFunction(code, { Role });
  const key = async (): Promise<string> => {
    const result = await running.invoke();
    assert.equal(result.kind, 'success');
    return String(JSON.parse(result.kind === 'success' ? result.payload : ''));
  };
  const [accessKeyId = '', token] = (await key()).split(' ');
  const credentials = running.account.directory.find('credentials', accessKeyId);
  assert.equal(credentials?.sessionToken, token);
  assert.equal(credentials?.owner.arn, 'arn:aws:sts::000000000000:assumed-role/Authorizer/authorizer');
  // Variables can't be renewed: a new environment takes the place of one whose credentials end.
  await running.clock.advance(halfADay - 4000);
  assert.equal((await key()).split(' ')[0], accessKeyId);
  await running.clock.advance(2000);
  assert.notEqual((await key()).split(' ')[0], accessKeyId);
});

test('a function without role has no credentials', async () => {
  await using running = await runFunction(code);
  const result = await running.invoke();
  assert.equal(result.kind === 'success' && result.payload, '"undefined undefined"');
});

test('a role that Lambda may not assume is refused with the text of AWS (LMB-010)', async () => {
  await using account = await fakeAccount();
  const create = async (service: string, name: string): Promise<void> => {
    const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
    const properties = { RoleName: name, AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [statement] } };
    const created = await role.create(createContext(account, role, { logicalId: name, properties }));
    const context = createContext(account, lambdaFunction, {
      logicalId: `Function${name}`,
      properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: code }, Role: created.attributes['Arn']! },
    });
    await (await lambdaFunction.create(context)).delete();
  };
  await assert.rejects(create('ecs-tasks.amazonaws.com', 'Wrong'), {
    message: 'The role defined for the function cannot be assumed by Lambda.',
  });
  await create('lambda.amazonaws.com', 'Right');
});

const lambdaTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const logger = 'exports.handler = async () => { console.log("said"); return 1 }';
const group = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f';

/** A function `f` with a role that has one inline policy of these actions, on `Resource`. */
async function logging(Action: readonly string[], { withGroup = false, Resource = '*' } = {}) {
  const account = await fakeAccount();
  const policy = { PolicyName: 'logs', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] } };
  const properties = (Policies: readonly Value[]): Properties => ({ RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust, Policies });
  const roleOf = (policies: readonly Value[]) => createContext(account, role, { logicalId: 'Role', properties: properties(policies) });
  const created = await role.create(roleOf([]));
  if (withGroup) ensureLogGroup(account.directory, '/aws/lambda/f');
  const functionContext = createContext(account, lambdaFunction, {
    logicalId: 'F',
    properties: {
      FunctionName: 'f',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: logger },
      Role: created.attributes['Arn']!,
    },
  });
  const live = await lambdaFunction.create(functionContext);
  await live.stable?.();
  // As templates do that let nothing wait for the policy.
  await created.update!(roleOf([policy]));
  const invoked = account.directory.find('function', String(live.attributes['Arn']))!;
  return {
    account,
    invoke: () => invoked.invoke({ event: '{}', invoker: { principal: 'arn:aws:iam::000000000000:user/developer' } }),
    kept: () => account.directory.find('logGroup', '/aws/lambda/f')?.tail(100) ?? [],
    notices: () => account.events.flatMap((event) => (event.event === 'notice' ? [event.message] : [])),
    async [Symbol.asyncDispose]() {
      await live.delete();
      await account[Symbol.asyncDispose]();
    },
  };
}

const writes = ['logs:CreateLogStream', 'logs:PutLogEvents'];

test('a log group is made with the first line if the role may; each environment has a stream of its day, its version and 32 digits (LMB-045)', async () => {
  await using it = await logging(['logs:CreateLogGroup', ...writes]);
  assert.deepEqual(it.kept(), [], 'nothing before the role has its policy');
  await it.invoke();
  assert.match(it.kept()[0]!.message, /^INIT_START /);
  assert.deepEqual(
    it.kept().map(({ message }) => /^(?:INIT_START|START|END|REPORT)|said$/.exec(message)?.[0]),
    ['INIT_START', 'START', 'said', 'END', 'REPORT'],
  );
  const streams = new Set(it.kept().map(({ stream }) => stream));
  assert.equal(streams.size, 1);
  const day = new Date(it.account.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  assert.match([...streams][0]!, new RegExp(`^${day}/\\[\\$LATEST\\][0-9a-f]{32}$`));
  assert.deepEqual(it.notices(), []);
});

for (const [what, actions, withGroup, missing] of [
  ['to make the group', writes, false, 'logs:CreateLogGroup'],
  ['to make a stream', ['logs:PutLogEvents'], true, 'logs:CreateLogStream'],
  ['to put events', ['logs:CreateLogStream'], true, 'logs:PutLogEvents'],
] as const) {
  test(`without permission ${what} a function works and has no logs, and one notice says what its role lacks (LMB-045)`, async () => {
    await using it = await logging(actions, { withGroup });
    for (let round = 0; round < 2; round++) {
      const result = await it.invoke();
      assert.ok(result.kind === 'success' && result.payload === '1');
      assert.match(result.logs.join('\n'), /said/, 'its caller and the terminal have its lines all the same');
    }
    assert.deepEqual(it.kept(), []);
    const denied = it.notices();
    assert.equal(denied.length, 1, denied.join('\n'));
    assert.match(
      denied[0]!,
      new RegExp(`^Denied: User: arn:aws:sts::000000000000:assumed-role/r/f is not authorized to perform: ${missing} on`),
    );
    assert.ok(denied[0]!.endsWith(`{"Effect":"Allow","Action":"${missing}","Resource":"${group}:*"}`), denied.join());
  });
}

test('what the notice tells to allow is enough: the group, with all its streams', async () => {
  await using it = await logging(['logs:CreateLogGroup', ...writes], { Resource: `${group}:*` });
  await it.invoke();
  assert.equal(it.kept().length, 5);
});
