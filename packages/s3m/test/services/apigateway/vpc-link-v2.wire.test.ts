import assert from 'node:assert/strict';
import test from 'node:test';
import { readApiSettings } from '../../../src/services/apigateway/api-settings.ts';
import { httpProxy } from '../../../src/services/apigateway/http-proxy.ts';
import { connectTo, openGateway, proxy, type Gateway } from './gateway-fixture.ts';

const listenerArn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/net/n/0123456789abcdef/fedcba9876543210';

/** A backend behind a link V2 `linkv2`; answers what the link was asked to dial. */
async function openLinkedBackend(gateway: Gateway): Promise<{ dialled: unknown[]; seen: Awaited<ReturnType<Gateway['backend']>>['seen'] }> {
  const { port, seen } = await gateway.backend();
  const dialled: unknown[] = [];
  gateway.account.directory.provide('vpcLinkV2', 'linkv2', {
    id: 'linkv2',
    status: 'AVAILABLE',
    statusMessage: 'VPC link is ready to route traffic',
    dial: (target, listenerPort) => {
      dialled.push([target, listenerPort]);
      return connectTo(port);
    },
  });
  return { dialled, seen };
}

test('Through a link V2 the target says where, and the URI gives path and Host (AG-201)', async () => {
  await using gateway = await openGateway();
  const { dialled, seen } = await openLinkedBackend(gateway);
  await gateway.method('GET', '/a', proxy('http://web.example/inner', { ConnectionId: 'linkv2', IntegrationTarget: listenerArn }));
  await gateway.deploy();
  assert.equal((await gateway.send('/prod/a?x=1')).status, 200);
  assert.deepEqual(dialled, [[listenerArn, 80]]);
  assert.equal(seen[0]?.target, '/inner?x=1');
  assert.deepEqual(seen[0]?.values('Host'), ['web.example']);
});

test('A link of the other version is not taken, and the trace says so', async () => {
  await using gateway = await openGateway();
  await openLinkedBackend(gateway);
  await gateway.method('GET', '/v1', proxy('http://web.example/', { IntegrationTarget: listenerArn }));
  await gateway.method('GET', '/v2', proxy('http://web.example/', { ConnectionId: 'linkv2' }));
  await gateway.deploy();
  for (const [path, why] of [
    ['/prod/v1', 'VPC link "link01" is of version 1, which takes no IntegrationTarget'],
    ['/prod/v2', 'VPC link "linkv2" is of version 2; the integration names no IntegrationTarget'],
  ] as const) {
    const answer = await gateway.send(path);
    assert.equal(answer.status, 500);
    assert.equal(gateway.trace(answer).decision?.why, why);
  }
});

test('The stage is not part of the path through a link, unless the API’s Metadata says so (AG-182, AG-201)', async () => {
  for (const [metadata, target] of [
    [{}, '/inner'],
    [{ S3M: { stageInLinkPath: true } }, '/prod/inner'],
  ] as const) {
    await using gateway = await openGateway();
    const { seen } = await gateway.backend();
    gateway.api.draft.settings = readApiSettings({}, metadata);
    await gateway.method('GET', '/a', proxy('http://web.example/inner'));
    await gateway.deploy();
    await gateway.send('/prod/a');
    assert.equal(seen[0]?.target, target);
  }
});

test('An integration target is an ARN of a listener or balancer, and for links only', () => {
  const findings = (more: object) =>
    httpProxy.check({ Type: 'HTTP_PROXY', IntegrationHttpMethod: 'GET', Uri: 'http://a/', ...more }, {}).map(({ property }) => property);
  const link = { ConnectionType: 'VPC_LINK', ConnectionId: 'linkv2' };
  assert.deepEqual(findings({ ...link, IntegrationTarget: listenerArn }), []);
  assert.deepEqual(findings({ ...link, IntegrationTarget: 'unresolved:x' }), []);
  assert.deepEqual(findings({ ...link, IntegrationTarget: 'web' }), ['Integration.IntegrationTarget']);
  assert.deepEqual(findings({ IntegrationTarget: listenerArn }), ['Integration.IntegrationTarget']);
});
