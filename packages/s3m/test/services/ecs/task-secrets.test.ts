import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { taskDefinition } from '../../../src/services/ecs/task-definition.ts';
import type { Properties, Value } from '../../../src/services/resource-type.ts';
import { secret } from '../../../src/services/secretsmanager/secret.ts';
import { parameter } from '../../../src/services/ssm/parameter.ts';
import { createContext } from '../fake-account.ts';
import { ecsBench, fargateTask, type EcsBench } from './ecs-bench.ts';

const PULL = 'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ';

async function store(bench: EcsBench): Promise<string> {
  const value = JSON.stringify({ password: 'p:w', port: 5432 });
  const created = await secret.create(
    createContext(bench.account, secret, { logicalId: 'Database', properties: { Name: 'db', SecretString: value } }),
  );
  const properties = { Name: '/team/limit', Type: 'String', Value: '7' };
  await parameter.create(createContext(bench.account, parameter, { logicalId: 'Limit', properties }));
  return created.ref;
}

async function startWith(bench: EcsBench, secrets: readonly (readonly [string, string])[]): Promise<void> {
  const Secrets = secrets.map(([Name, ValueFrom]) => ({ Name, ValueFrom }));
  await bench.create(bench.properties(await bench.define({ Secrets }), { DesiredCount: 1 }));
  await bench.clock.advance(10);
}

describe('the secrets of a container (ECS-020)', () => {
  it('are variables: a whole secret, a member of its JSON, a parameter by name and by ARN', async () => {
    await using bench = await ecsBench();
    const arn = await store(bench);
    await startWith(bench, [
      ['ALL', arn],
      ['PASSWORD', `${arn}:password::`],
      ['PORT', `${arn}:port:AWSCURRENT:`],
      ['LIMIT', '/team/limit'],
      ['LIMIT_TOO', 'arn:aws:ssm:us-east-1:000000000000:parameter/team/limit'],
    ]);
    const { environment } = bench.runtime.alive[0]!.spec.containers[0]!;
    assert.equal(environment['ALL'], '{"password":"p:w","port":5432}');
    assert.equal(environment['PASSWORD'], 'p:w');
    assert.equal(environment['PORT'], '5432');
    assert.equal(environment['LIMIT'], '7');
    assert.equal(environment['LIMIT_TOO'], '7');
  });

  const missing = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf';
  for (const [fact, valueFrom, reason] of [
    [
      'ECS-053',
      () => `${missing}:key::`,
      `${PULL}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${missing} from secrets manager: ResourceNotFoundException: The task can't retrieve the secret with ARN ${missing} from AWS Secrets Manager. Check whether the secret exists in the specified Region`,
    ],
    [
      'ECS-021',
      (arn: string) => `${arn}:user::`,
      `${PULL}unable to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did not contain json key user`,
    ],
    [
      'ECS-052',
      () => '/team/none',
      `${PULL}unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /team/none`,
    ],
  ] as const) {
    it(`fail the start with the words of ${fact}`, async () => {
      await using bench = await ecsBench();
      const arn = await store(bench);
      await startWith(bench, [['VALUE', valueFrom(arn)]]);
      const [task] = bench.account.directory.list('service')[0]![1].tasks;
      assert.equal(task!.stopCode, 'TaskFailedToStart');
      assert.equal(task!.stoppedReason, reason);
      assert.equal(JSON.stringify(bench.account.events).includes('p:w'), false, 'no value of a secret is told');
    });
  }

  it('cannot be had where the subnet has no way to them (ECS-052, VPC-022)', async () => {
    await using bench = await ecsBench();
    await store(bench);
    const hosts: string[] = [];
    bench.network.egressTo = (from, { host, port }) => {
      hosts.push(host);
      return { allowed: false, hop: { from, to: host, port, allowed: false, rule: 'no route to the internet', fix: 'add an endpoint' } };
    };
    await startWith(bench, [['LIMIT', '/team/limit']]);
    const tasks = (): string | undefined => bench.account.directory.list('service')[0]![1].tasks[0]?.stoppedReason;
    assert.match(tasks()!, /unable to retrieve secrets from ssm: service call has been retried 5 time\(s\): RequestCanceled/);
    assert.equal(hosts[0], 'ssm.us-east-1.amazonaws.com');
  });

  it('cannot be had when the execution role may not read them (ECS-052, IAM-039)', async () => {
    await using bench = await ecsBench();
    const arn = await store(bench);
    const reasons: string[] = [];
    for (const valueFrom of [arn, '/team/limit']) {
      const properties = {
        ...fargateTask({ Secrets: [{ Name: 'VALUE', ValueFrom: valueFrom }] }),
        ExecutionRoleArn: 'arn:aws:iam::000000000000:role/Execution',
      };
      const definition = await taskDefinition.create(createContext(bench.account, taskDefinition, { logicalId: 'Task', properties }));
      const service = await bench.create(bench.properties(definition, { DesiredCount: 1, ServiceName: `s${reasons.length}` }));
      await bench.clock.advance(10);
      const [task] = bench.view(service).tasks;
      reasons.push(task!.stoppedReason!.replaceAll(task!.id, 'ID'));
    }
    const user = 'User: arn:aws:sts::000000000000:assumed-role/Execution/ID is not authorized to perform';
    assert.deepEqual(reasons, [
      `${PULL}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${arn} from secrets manager: AccessDeniedException: ${user}: secretsmanager:GetSecretValue on resource: ${arn} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
      `${PULL}unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: ${user}: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:000000000000:parameter/team/limit because no identity-based policy allows the ssm:GetParameters action`,
    ]);
  });

  it('want an execution role, and names that no variable has', () => {
    const found = (secrets: readonly Value[], more: Properties = {}): string[] =>
      taskDefinition.check!({ ...fargateTask({ Environment: [{ Name: 'A', Value: '1' }], Secrets: secrets }), ...more }, {}).map(
        ({ message }) => message,
      );
    const own = { Name: 'B', ValueFrom: 'b' };
    assert.deepEqual(found([own], { ExecutionRoleArn: 'arn:aws:iam::000000000000:role/r' }), []);
    assert.match(found([own])[0]!, /you must also specify a value for 'executionRoleArn'/);
    const role = { ExecutionRoleArn: 'unresolved:Role.Arn' };
    assert.match(found([{ Name: 'A', ValueFrom: 'x' }], role)[0]!, /^The secret name must be unique .* such as 'A'\.$/);
    assert.match(found([own, own], role)[0]!, /such as 'B'/);
  });
});
