import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runSmallSystem } from './running-system.ts';
import { isolatedWith } from './small-system.ts';

it('an image of a public registry is not pulled through the endpoints of ECR: its subnet needs a way to the internet (VPC-026)', async () => {
  const container = { Image: 'nginx:1.27' };
  const start = runSmallSystem({ resources: isolatedWith('ecr.api', 'ecr.dkr'), container }, { runtime: 'docker' });
  await assert.rejects(start, (error: Error) => {
    assert.match(
      error.message,
      /Image nginx:1\.27 cannot be pulled: .* cannot reach registry-1\.docker\.io on port 443: .* has no route to registry-1\.docker\.io/,
    );
    return true;
  });
});
