import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runAwsCli, type CliResult } from '../../run-aws-cli.ts';
import { bucket, front, start, type Running } from './running-distribution.ts';

function aws({ engine: { account } }: Running, ...args: readonly string[]): Promise<CliResult> {
  return runAwsCli(['cloudfront', ...args, '--output', 'json'], { ...account.environment, ...account.developer });
}

async function read(running: Running, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await aws(running, ...args);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('aws cloudfront invalidates what a script has published, which is done at once', async () => {
  await using running = await start({ ...bucket, Front: front({}) }, { Front: { Ref: 'Front' } });
  const id = String(running.outputs['Front']);
  const made = await read(running, 'create-invalidation', '--distribution-id', id, '--paths', '/*', '/a&b');
  const invalidation = made['Invalidation'] as Record<string, unknown>;
  assert.equal(
    made['Location'],
    `https://cloudfront.amazonaws.com/2020-05-31/distribution/${id}/invalidation/${String(invalidation['Id'])}`,
  );
  assert.deepEqual((invalidation['InvalidationBatch'] as Record<string, unknown>)['Paths'], { Quantity: 2, Items: ['/*', '/a&b'] });
  const again = await read(running, 'get-invalidation', '--distribution-id', id, '--id', String(invalidation['Id']));
  assert.deepEqual(again['Invalidation'], { ...invalidation, Status: 'Completed' });
  const waited = await aws(running, 'wait', 'invalidation-completed', '--distribution-id', id, '--id', String(invalidation['Id']));
  assert.equal(waited.status, 0, waited.stderr);
  const list = (await read(running, 'list-invalidations', '--distribution-id', id))['InvalidationList'] as Record<string, unknown>;
  assert.deepEqual(
    (list['Items'] as { Id: string }[]).map((item) => item.Id),
    [invalidation['Id']],
  );

  const wrong: readonly (readonly [args: readonly string[], error: RegExp])[] = [
    [
      ['create-invalidation', '--distribution-id', 'ENONE', '--paths', '/*'],
      /\(NoSuchDistribution\).*The specified distribution does not exist\./,
    ],
    [['create-invalidation', '--distribution-id', id, '--paths', 'a'], /\(InvalidArgument\).*one or more invalid invalidation paths/],
    [['get-invalidation', '--distribution-id', id, '--id', 'INONE'], /\(NoSuchInvalidation\)/],
    [['get-distribution', '--id', id], /\(UnsupportedOperation\).*GetDistribution of cloudfront is not served here/],
  ];
  for (const [args, error] of wrong) {
    const { status, stderr } = await aws(running, ...args);
    assert.notEqual(status, 0);
    assert.match(stderr, error);
  }
});
