import assert from 'node:assert/strict';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runAwsCli } from '../run-aws-cli.ts';
import { program } from './built-program.ts';
import { Command, freePorts, projectOf, runCommand } from './command.ts';

const template = JSON.stringify({ Resources: { Group: { Type: 'AWS::Logs::LogGroup' } } });
const whoAmI = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'];
const developer = 'arn:aws:iam::000000000000:user/developer\n';

test("s3m token --aws prints the administrator's credentials for a shell, and with --json for credential_process of a profile", async () => {
  using project = projectOf({ 'system.json': template });
  await using command = new Command(project.path, ['up', '--template', 'system.json', '--json', '--no-watch', ...freePorts]);
  await command.ready();
  const { stdout, code } = await runCommand(project.path, ['token', '--aws']);
  assert.equal(code, 0);
  const variables = Object.fromEntries(stdout.matchAll(/^export (AWS_\w+)='([^']*)'$/gm).map(([, name, value]) => [name, value]));
  assert.deepEqual(Object.keys(variables).toSorted(), [
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ]);
  assert.deepEqual(await runAwsCli(whoAmI, variables), { status: 0, stdout: developer, stderr: '' });

  const config = join(project.path, 'config');
  const ask = `sh -c "cd ${project.path} && ${process.execPath} ${program} token --aws --json"`;
  writeFileSync(config, `[profile local]\nregion = us-east-1\ncredential_process = ${ask}\n`);
  const { AWS_ENDPOINT_URL = '' } = variables;
  const asked = await runAwsCli(whoAmI, { AWS_CONFIG_FILE: config, AWS_PROFILE: 'local', AWS_ENDPOINT_URL });
  assert.deepEqual([asked.status, asked.stdout], [0, developer], asked.stderr);

  const both = await runCommand(project.path, ['token', '--aws', '--admin']);
  assert.equal(both.code, 3);
  assert.match(both.stderr, /--aws goes without --admin/);
});
