import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { authorized, isolated, serverOf, writeSmallSystem, type SmallSystemOptions } from '../engine/small-system.ts';
import { Command, failingUp, freePorts, projectOf } from './command.ts';

/** A function on the authorizer's own package, which is asked for HS256 and finds no secret. */
const withoutSecret = `const made = import(${JSON.stringify(join(import.meta.dirname, '../../../authorizer/src/index.ts'))}).then(({ createAuthorizer }) =>
  createAuthorizer({ issuer: 'https://issuer.example', audience: 'api', rolesTable: { name: 'roles' }, hs256: { secret: process.env.JWT_SECRET }, rule: () => [] }));
exports.handler = async (event) => (await made)(event);`;

function listenerOf(actions: readonly unknown[]): unknown {
  return {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: { LoadBalancerArn: { Ref: 'Balancer' }, Port: 80, Protocol: 'TCP', DefaultActions: actions },
  };
}

const otherTargets = {
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: { Port: 80, Protocol: 'TCP', TargetType: 'ip', VpcId: { Ref: 'Vpc' } },
};

describe('a system that cannot do its work', { concurrency: 2 }, () => {
  for (const { title, options, says, lines, fix } of [
    {
      title: 'a service that exits at once',
      options: { server: "console.log('reading config'); console.error('Error: DATABASE_URL is missing'); process.exit(3);" },
      says: /exits before it is healthy: container "hello" \(exit code 3\)\. Its last log lines:/,
      lines: ['    reading config', '    Error: DATABASE_URL is missing'],
      fix: 'Mend what its log tells. All that it logs: s3m up --verbose',
    },
    {
      title: 'a service that never gets healthy',
      options: { server: serverOf('one').replace("return void response.end('ok')", "return void response.writeHead(500).end('no')") },
      says: /never gets healthy in target group Small-Targets-\w+: answered 500 on GET \/health, expected 200-399\./,
      lines: ['    listens on 8080'],
      fix: 'Let it answer as the health check of the target group expects, or change the check. If it only needs more time to start: HealthCheckGracePeriodSeconds of the service, or a slower pace (--time-scale 0.1).',
    },
    {
      title: 'a service that listens on another port than the template says',
      options: { server: serverOf('one', 9090) },
      says: /connection refused on port 8080\. It listens on 9090, but the template says container port 8080\./,
      lines: ['    listens on 9090'],
      fix: 'Let the server listen on 8080, or set ContainerPort to 9090 in the task definition and the service.',
    },
    {
      title: 'a service that listens on 127.0.0.1',
      options: { server: serverOf('one').replace('0.0.0.0', '127.0.0.1') },
      says: /It listens on port 8080 of 127\.0\.0\.1 only, which no load balancer reaches\./,
      lines: ['    listens on 8080'],
      fix: 'Let the server listen on 0.0.0.0 instead of 127.0.0.1.',
    },
  ] satisfies { title: string; options: SmallSystemOptions; says: RegExp; lines: string[]; fix: string }[]) {
    test(`${title} keeps the system from starting: its last lines, what the check saw, and the fix`, async () => {
      using project = projectOf();
      writeSmallSystem(project.path, options);
      const { problems, text, code } = await failingUp(project.path, ['--app', 'cdk.out']);
      assert.equal(code, 1);
      const [problem] = problems;
      assert.equal(problems.length, 1);
      assert.deepEqual([problem?.logicalId, problem?.fault, problem?.fix], ['Service', 'user', fix]);
      assert.match(problem?.message ?? '', says);
      assert.equal(problem?.file, `${project.path}/cdk.out/Small.template.json`);
      assert.ok(problem.line !== undefined && problem.line > 1);
      assert.ok(text.includes(` [ResourceFailed]\n${lines.join('\n')}\n      at cdk.out/Small.template.json:${problem.line}\n`), text);
    });
  }

  test('a Dockerfile that is not there is told with its path', async () => {
    using project = projectOf();
    writeSmallSystem(project.path, { dockerfile: 'FROM node:26-slim\nCOPY nowhere.mjs ./\nCMD ["node", "nowhere.mjs"]\n' });
    const { problems, text } = await failingUp(project.path, ['--app', 'cdk.out']);
    assert.equal(problems[0]?.fault, 'user', text);
    // No second task is tried.
    assert.match(problems[0].message, /The service does not reach a steady state: its task \w{8} cannot be started: .*nowhere\.mjs/);
  });

  for (const { title, options, logicalId, says, fix } of [
    {
      title: 'CPU and memory that Fargate does not pair (ECS-003)',
      options: { task: { Cpu: '512', Memory: '512' } },
      logicalId: 'Task',
      says: /^Task: No Fargate configuration exists for given values: 512 CPU, 512 memory\. See the Amazon ECS documentation for the valid values\.$/,
      fix: /^With 512 CPU units, memory may be 1024, 2048, 3072, 4096 MiB\.$/,
    },
    {
      title: 'a listener that forwards to no target group',
      options: { resources: { Listener: listenerOf([{ Type: 'forward' }]) } },
      logicalId: 'Listener',
      says: /You must specify either a target group or a forward config$/,
      fix: /^Add TargetGroupArn/,
    },
    {
      title: 'a target group that no listener forwards to (ECS-032)',
      options: { resources: { Listener: listenerOf([{ Type: 'forward', TargetGroupArn: { Ref: 'Others' } }]), Others: otherTargets } },
      logicalId: 'Service',
      says: /The target group with targetGroupArn arn:\S+ does not have an associated load balancer\.$/,
      fix: /^Let a listener forward to it/,
    },
    {
      title: 'a subnet without a route to the registry (VPC-020)',
      options: { resources: isolated },
      logicalId: 'Service',
      says: /Its image cannot be pulled: task \S+ \(\S+\) cannot reach api\.ecr\.us-east-1\.amazonaws\.com on port 443: route table rtb-\w+ \(Routes\) of subnet-\w+ \(Subnet\) has no route to api\.ecr\.us-east-1\.amazonaws\.com\.$/,
      fix: /^Add a route for 0\.0\.0\.0\/0 to a NAT gateway, or a VPC endpoint for com\.amazonaws\.us-east-1\.ecr\.api\.$/,
    },
  ] satisfies { title: string; options: SmallSystemOptions; logicalId: string; says: RegExp; fix: RegExp }[]) {
    test(`${title}: says what, where and how to mend it, and leaves no task`, async () => {
      using project = projectOf();
      writeSmallSystem(project.path, options);
      const { problems, text, code } = await failingUp(project.path, ['--app', 'cdk.out']);
      assert.equal(code, 1);
      assert.deepEqual(
        problems.map((problem) => [problem.logicalId, problem.fault]),
        [[logicalId, 'user']],
        text,
      );
      assert.match(problems[0]!.message, says);
      assert.match(problems[0]!.fix ?? '', fix);
      assert.ok(problems[0]!.line !== undefined && problems[0]!.line > 1);
      assert.ok(!existsSync(join(project.path, '.s3m', 'tasks.json')) && !existsSync(join(project.path, '.s3m', 'control.sock')));
    });
  }

  for (const { title, code, says } of [
    {
      title: 'a handler that does not exist',
      code: 'exports.other = async () => {};',
      says: /index\.handler is undefined or not exported/,
    },
    {
      title: 'a JWT secret that is missing',
      code: withoutSecret,
      says: /hs256 is asked for, but its secret is missing/,
    },
  ]) {
    test(`${title}: requests get 500 and the log says why`, async () => {
      using project = projectOf();
      writeSmallSystem(project.path, { resources: authorized(code), desired: 0 });
      await using command = new Command(project.path, ['up', '--app', 'cdk.out', '--json', '--no-watch', ...freePorts]);
      const { endpoints } = await command.ready();
      const answer = await fetch(`${endpoints.apis['Api']?.stages['prod']}/hello`, { headers: { Authorization: 'Bearer x.y.z' } });
      assert.equal(answer.status, 500);
      assert.deepEqual(await answer.json(), { message: null });
      await command.event('log', ({ message }) => says.test(message));
    });
  }
});
