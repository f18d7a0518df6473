import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { parsePolicy } from '../../../src/policy/parse-policy.ts';
import { EcrRegistry } from '../../../src/services/ecr/ecr-registry.ts';
import { registryBench, sha256 } from './registry-fixture.ts';

const base = '/v2/team/weather';
const absent = sha256('absent');

describe('who may talk to the registry', () => {
  it('asks for a password as ECR does (ECR-006)', async () => {
    await using bench = await registryBench();
    const { status, headers, body } = await bench.ask('GET', '/v2/', { headers: { authorization: '' } });
    const host = new URL(bench.account.endpoint.url).host;
    assert.deepEqual(
      [status, headers.get('www-authenticate'), body, headers.get('docker-distribution-api-version')],
      [401, `Basic realm="http://${host}/",service="ecr.amazonaws.com"`, 'Not Authorized\n', 'registry/2.0'],
    );
  });

  it('lets the user AWS in with a token and nobody else (ECR-006)', async () => {
    await using bench = await registryBench();
    const { password } = bench.registry.tokens.issue({ ...bench.account, arn: 'a', accountId: bench.account.id, userId: 'u' });
    const by = async (user: string, secret: string): Promise<number> =>
      (await bench.ask('GET', '/v2/', { headers: { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` } }))
        .status;
    assert.deepEqual(
      [
        await by('AWS', password),
        await by('aws', password),
        await by('AWS', `${password}x`),
        await by('AWS', password.slice(1)),
        await by('AWS', ''),
      ],
      [200, 401, 401, 401, 401],
    );
  });

  it('says of a token of twelve hours ago that it has expired (ECR-004, ECR-012)', async () => {
    const clock = new VirtualClock();
    await using bench = await registryBench({}, { clock });
    const authorization = bench.authorization();
    await clock.advance(12 * 3_600_000 - 1);
    assert.equal((await bench.ask('GET', '/v2/', { headers: { authorization } })).status, 200);
    await clock.advance(1);
    const { status, error } = await bench.ask('GET', '/v2/', { headers: { authorization } });
    assert.deepEqual(
      [status, error],
      [403, { code: 'DENIED', message: 'Your authorization token has expired. Reauthenticate and try again.' }],
    );
  });

  it("knows the developer's token after a restart, and no role's", async () => {
    await using bench = await registryBench();
    const owner = { arn: 'arn:aws:iam::000000000000:user/developer', accountId: '000000000000', userId: 'A', administrator: true } as const;
    bench.account.directory.provide('credentials', 'LOCAL', { secretAccessKey: 's', owner });
    const { administrator: _, ...role } = { ...owner, arn: 'arn:aws:sts::000000000000:assumed-role/r/s' };
    const [developer, session] = [bench.registry.tokens.issue(owner), bench.registry.tokens.issue(role)];
    const restarted = new EcrRegistry(bench.account);
    assert.deepEqual([restarted.tokens.ownerOf(developer.password), restarted.tokens.ownerOf(session.password)], [owner, 'expired']);
  });

  it('tells a role what it may not do, in the words of IAM (ECR-009, ECR-013)', async () => {
    await using bench = await registryBench();
    await bench.pushImage('one');
    const owner = { arn: 'arn:aws:sts::000000000000:assumed-role/task/1', accountId: '000000000000', userId: 'A:1' };
    const headers = { authorization: bench.authorization(owner) };
    const needs = [
      ['HEAD', `${base}/blobs/${absent}`, 'BatchCheckLayerAvailability'],
      ['GET', `${base}/blobs/${absent}`, 'GetDownloadUrlForLayer'],
      ['GET', `${base}/manifests/one`, 'BatchGetImage'],
      ['PUT', `${base}/manifests/one`, 'PutImage'],
      ['DELETE', `${base}/manifests/one`, 'BatchDeleteImage'],
      ['POST', `${base}/blobs/uploads/`, 'InitiateLayerUpload'],
      ['PATCH', `${base}/blobs/uploads/x`, 'UploadLayerPart'],
      ['PUT', `${base}/blobs/uploads/x?digest=${absent}`, 'UploadLayerPart'],
      ['GET', `${base}/tags/list`, 'ListImages'],
    ] as const;
    for (const [method, path, action] of needs) {
      const { status, error } = await bench.ask(method, path, { headers });
      const text = `User: ${owner.arn} is not authorized to perform: ecr:${action} on resource: arn:aws:ecr:us-east-1:000000000000:repository/team/weather because no identity-based policy allows the ecr:${action} action`;
      assert.deepEqual(
        [method, path, status, error],
        [method, path, 403, method === 'HEAD' ? undefined : { code: 'DENIED', message: text }],
      );
    }
  });

  it("lets in whom the repository's policy names, unless it denies (ECR-018)", async () => {
    await using bench = await registryBench();
    await bench.pushImage('one');
    const owner = {
      arn: 'arn:aws:sts::000000000000:assumed-role/task/1',
      accountId: '000000000000',
      userId: 'A:1',
      session: { roleArn: 'arn:aws:iam::000000000000:role/task', issuedAt: 0, policies: [] },
    };
    const pull = async (who?: typeof owner): Promise<number> =>
      (await bench.ask('GET', `${base}/manifests/one`, who === undefined ? {} : { headers: { authorization: bench.authorization(who) } }))
        .status;
    const setPolicy = (Effect: string, Principal: unknown): void => {
      const text = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Principal, Action: 'ecr:BatchGetImage' }] });
      bench.repository.settings = { ...bench.repository.settings, policy: { text, document: parsePolicy(JSON.parse(text)) } };
    };
    assert.equal(await pull(owner), 403);
    setPolicy('Allow', { AWS: 'arn:aws:iam::000000000000:role/task' });
    assert.equal(await pull(owner), 200);
    setPolicy('Deny', '*');
    assert.deepEqual([await pull(owner), await pull()], [403, 403]);
  });
});
