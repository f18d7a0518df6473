import assert from 'node:assert/strict';
import { test } from 'node:test';
import { up } from 's3m';
import { askFrontend, checkSelf, synthesizeNamedServices } from './named-services.ts';
import { createProject } from './project.ts';

test("CDK's cloudMapOptions give tasks names by which other tasks find and reach them, and HTTP APIs (ECS-095, VPC-036, AG-577, AG-580)", async (context) => {
  using project = createProject();
  synthesizeNamedServices(project, true);
  await using engine = await up({ directory: project.directory, app: 'cdk.out', ports: { aws: 0, api: 0 } });
  assert.match(await askFrontend(engine, '/'), /other/);
  assert.match(await askFrontend(engine, '/balancer'), /backend/);
  const api = Object.values(engine.describe().endpoints.apis)[0]!.stages['$default']!;
  assert.equal(await (await fetch(`${api}/own`)).text(), 'backend', 'an HTTP API finds it too (AG-577, AG-580)');
  assert.match(await askFrontend(engine, '/srv'), /"name":"\w{32}\.backend\.app\.local","port":8080/);
  await context.test('and learn what they are, and have the credentials of their role (ECS-092, IAM-009)', () => checkSelf(engine));
});

test('a name leads nowhere where no rule lets the connection in: silence for the program, the rule for people (VPC-030)', async () => {
  using project = createProject();
  synthesizeNamedServices(project, false);
  const notices: string[] = [];
  await using engine = await up({
    directory: project.directory,
    app: 'cdk.out',
    ports: { aws: 0, api: 0 },
    onEvent: (event) => void (event.event === 'problem' && notices.push(event.message)),
  });
  assert.match(await askFrontend(engine, '/'), /TimeoutError/);
  assert.match(notices.join('\n'), /gets no answer: task frontend\S* .*cannot reach task other.* on port 8080: no ingress rule of sg-/);
});
