import assert from 'node:assert/strict';
import test from 'node:test';
import { role } from '../../../src/services/iam/role.ts';
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
