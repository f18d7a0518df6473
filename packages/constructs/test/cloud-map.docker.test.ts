import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { describe, test } from 'node:test';
import { up } from 's3m';
import { dockerEngine } from '../../s3m/test/containers/base-image-fixture.ts';
import { removeImagesOf } from '../../s3m/test/engine/docker-project.ts';
import { askFrontend, checkSelf, synthesizeNamedServices } from './named-services.ts';
import { createProject } from './project.ts';

const docker = await dockerEngine();

describe("CDK's services in Docker", { skip: docker === undefined && 'no Docker engine' }, () => {
  test('find each other and their balancer by name, and reach them as their groups let them (ECS-095, VPC-036, NLB-010)', async (context) => {
    using project = createProject();
    await using atEnd = new AsyncDisposableStack();
    atEnd.defer(() => removeImagesOf(docker!, realpathSync(project.directory)));
    synthesizeNamedServices(project, true);
    await using engine = await up({ directory: project.directory, app: 'cdk.out', runtime: 'docker', ports: { aws: 0, api: 0 } });
    assert.match(await askFrontend(engine, '/'), /other/);
    assert.match(await askFrontend(engine, '/balancer'), /backend/);
    assert.match(await askFrontend(engine, '/srv'), /"name":"\w{32}\.backend\.app\.local","port":8080/);
    assert.match(await askFrontend(engine, '/unknown'), /"ENOTFOUND"/);
    await context.test('and learn what they are, and have the credentials of their role (ECS-092, IAM-009)', () => checkSelf(engine));
  });

  test('hear nothing where no rule lets them in, and people hear which one would (VPC-030)', async () => {
    using project = createProject();
    await using atEnd = new AsyncDisposableStack();
    atEnd.defer(() => removeImagesOf(docker!, realpathSync(project.directory)));
    synthesizeNamedServices(project, false);
    const notices: string[] = [];
    await using engine = await up({
      directory: project.directory,
      app: 'cdk.out',
      runtime: 'docker',
      ports: { aws: 0, api: 0 },
      onEvent: (event) => void (event.event === 'problem' && notices.push(event.message)),
    });
    assert.match(await askFrontend(engine, '/'), /TimeoutError/);
    assert.match(notices.join('\n'), /gets no answer: task frontend\S* .*cannot reach task other.* on port 8080: no ingress rule of sg-/);
  });
});
