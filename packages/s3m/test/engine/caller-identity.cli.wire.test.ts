import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEngine } from '../../src/engine/engine.ts';
import { runAwsCli } from '../run-aws-cli.ts';

test('the AWS CLI with AWS_ENDPOINT_URL and the printed credentials is the local administrator, and a wrong secret is refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 's3m-cli-'));
  writeFileSync(join(directory, 'system.json'), JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } }));
  try {
    await using engine = await startEngine({ directory, template: 'system.json', ports: { aws: 0 }, onEvent: () => {} });
    const variables = { ...engine.account.environment, ...engine.account.developer };
    const { status, stdout, stderr } = await runAwsCli(['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'], variables);
    assert.deepEqual([status, stdout, stderr], [0, 'arn:aws:iam::000000000000:user/developer\n', '']);
    const wrong = await runAwsCli(['sts', 'get-caller-identity'], { ...variables, AWS_SECRET_ACCESS_KEY: 'wrong' });
    assert.match(wrong.stderr, /\(SignatureDoesNotMatch\) when calling the GetCallerIdentity operation/);
    assert.notEqual(wrong.status, 0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
