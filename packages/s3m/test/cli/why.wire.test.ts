import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isolatedWith, writeSmallSystem } from '../engine/small-system.ts';
import { Command, freePorts, projectOf, runCommand } from './command.ts';

test('s3m why tells by which rules the balancer reaches its targets, and what keeps a task from the outside', async () => {
  using project = projectOf();
  writeSmallSystem(project.path, { resources: isolatedWith('ecr.api', 'ecr.dkr') });
  await using command = new Command(project.path, ['up', '--app', 'cdk.out', '--json', '--no-watch', ...freePorts]);
  await command.ready();
  const ask = (...words: string[]): ReturnType<typeof runCommand> => runCommand(project.path, ['why', ...words]);

  const targets = await ask('NLB node', 'task Service');
  assert.equal(targets.code, 0, targets.stderr);
  assert.match(targets.stdout, /^yes {2}NLB node of \w+ \([\d.]+\) -> task Service\/\w+ \([\d.]+\) port 8080\n {6}by /);
  assert.match(targets.stdout, / {6}now {2}healthy in target group /);

  const outside = await ask('task Service', 'registry.example.org');
  assert.equal(outside.code, 1);
  assert.match(outside.stdout, /^no {2}task Service\/\w+ \([\d.]+\) -> registry\.example\.org port 443\n {6}why {2}route table /);
  assert.match(outside.stdout, /\n {6}fix {2}add a route for 0\.0\.0\.0\/0 to a NAT gateway/);

  const json = await ask('gateway', 'NLB node', '--json');
  assert.equal(json.code, 0, json.stdout);
  assert.equal((JSON.parse(json.stdout) as { port: number }[])[0]!.port, 80);

  const unknown = await ask('task Service', 'elsewhere');
  assert.equal(unknown.code, 1);
  assert.match(
    unknown.stderr,
    /Nothing in the network is called "elsewhere".*\n {6}fix A part of a name, .*There are: internet, gateway, /,
  );
  assert.equal((await ask('task')).code, 3);
  assert.match((await ask('task', 'task', '70000')).stderr, /"70000" is no port/);
});
