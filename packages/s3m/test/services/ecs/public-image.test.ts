import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePublicImage } from '../../../src/services/ecs/public-image.ts';
import { ecsBench } from './ecs-bench.ts';

describe('an image of a public registry', () => {
  it('is asked for at its own host, without one at Docker Hub', () => {
    const found = (image: string): string[] => {
      const { reference, host, path } = parsePublicImage(image);
      return [reference, `${host}${path}`];
    };
    assert.deepEqual(found('nginx'), ['docker.io/library/nginx:latest', 'registry-1.docker.io/v2/library/nginx/manifests/latest']);
    assert.deepEqual(found('bitnami/nginx:1.27'), ['docker.io/bitnami/nginx:1.27', 'registry-1.docker.io/v2/bitnami/nginx/manifests/1.27']);
    assert.deepEqual(found('public.ecr.aws/nginx/nginx:1'), ['public.ecr.aws/nginx/nginx:1', 'public.ecr.aws/v2/nginx/nginx/manifests/1']);
    const digest = `sha256:${'0'.repeat(64)}`;
    assert.deepEqual(found(`ghcr.io/a/b@${digest}`), [`ghcr.io/a/b@${digest}`, `ghcr.io/v2/a/b/manifests/${digest}`]);
    assert.deepEqual(found('localhost:5000/a'), ['localhost:5000/a:latest', 'localhost:5000/v2/a/manifests/latest']);
  });

  it('is not pulled where only the endpoints of ECR are reached, in AWS’s words (VPC-026, ECS-049)', async () => {
    await using bench = await ecsBench();
    Object.assign(bench.runtime, { kind: 'docker' });
    const asked: string[] = [];
    const egress = bench.network.egressTo.bind(bench.network);
    let open = false;
    bench.network.egressTo = (from, request) => {
      asked.push(`${request.host}:${request.port}`);
      const verdict = egress(from, request);
      return open || request.host.endsWith('.amazonaws.com')
        ? verdict
        : { allowed: false, hop: { ...verdict.hop, allowed: false, rule: 'no route' } };
    };
    const service = await bench.create(bench.properties(await bench.define({ Image: 'nginx:1.27' }), { DesiredCount: 1 }));
    await bench.clock.advance(10);
    const [task] = bench.view(service).tasks;
    assert.equal(
      task!.stoppedReason,
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/nginx:1.27: failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.27": dial tcp: i/o timeout',
    );
    assert.deepEqual([...new Set(asked)], ['registry-1.docker.io:443']);
    open = true;
    await bench.clock.advance(60_000);
    assert.equal(bench.view(service).running, 1);
  });
});
