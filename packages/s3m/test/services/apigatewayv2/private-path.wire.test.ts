import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { scaledClock } from '../../../src/clock/scaled-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { vpcLink } from '../../../src/services/apigatewayv2/vpc-link.ts';
import { listener } from '../../../src/services/elasticloadbalancingv2/listener.ts';
import { loadBalancer } from '../../../src/services/elasticloadbalancingv2/load-balancer.ts';
import { targetGroup } from '../../../src/services/elasticloadbalancingv2/target-group.ts';
import type { Properties } from '../../../src/services/resource-type.ts';
import { smallNetwork, tcp } from '../../network/small-network.ts';
import { openGateway, proxy } from '../apigateway/gateway-fixture.ts';

/** A REST API, a link V2 in private subnet 1, a balancer in private subnet 2 and a task that answers with what it was asked. */
async function openPath(t: TestContext, options: { readonly linkMay?: boolean; readonly balancerLets: string }) {
  const small = smallNetwork({
    balancer: { ingress: [tcp(80, options.balancerLets)] },
    task: { ingress: [tcp(8080, 'sg-nlb')] },
  });
  small.network.model.addSecurityGroup({
    id: 'sg-link',
    name: 'LinkSecurityGroup',
    vpcId: 'vpc-1',
    ingress: [],
    egress: options.linkMay === false ? [] : [tcp(80, 'sg-nlb')],
  });
  const gateway = await openGateway({ clock: systemClock, schedule: scaledClock(systemClock, 0.001), network: small.network });
  t.after(() => gateway[Symbol.asyncDispose]());
  const { ref: balancer } = await gateway.create(loadBalancer, 'Nlb', {
    Type: 'network',
    Scheme: 'internal',
    Subnets: ['subnet-2'],
    SecurityGroups: ['sg-nlb'],
  });
  const group = await gateway.create(targetGroup, 'Tasks', { Port: 8080, Protocol: 'TCP', TargetType: 'ip', VpcId: 'vpc-1' });
  const { ref: port80 } = await gateway.create(listener, 'Listener', {
    LoadBalancerArn: balancer,
    Port: 80,
    Protocol: 'TCP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: group.ref }],
  });
  const task = small.task({ subnetId: 'subnet-2', accept: await backend(t) });
  const targets = gateway.account.directory.find('targetGroup', group.ref)!;
  const healthy = new Promise<void>((resolve) => {
    const stop = targets.onHealthChange(({ health }) => {
      if (health.state !== 'healthy') return;
      stop();
      resolve();
    });
  });
  targets.register({ address: task.address, port: 8080, zone: task.zone });
  await healthy;
  const link = await gateway.create(vpcLink, 'Link', { Name: 'link', SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-link'] });
  const integrate = (path: string, more: Properties) =>
    gateway.method('GET', path, proxy('http://service.internal/inner', { ConnectionId: link.ref, TimeoutInMillis: 2000, ...more }));
  await integrate('/listener', { IntegrationTarget: port80 });
  await integrate('/balancer', { IntegrationTarget: balancer });
  await gateway.deploy();
  return { gateway, link: link.ref, balancer, port80 };
}

async function backend(t: TestContext): Promise<() => Promise<Socket>> {
  const server = createServer((request, response) => void response.end(`${request.headers.host} ${request.url}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
}

test('a request goes from an interface of the link to the listener and on to the task, and the trace knows the way (AG-201)', async (t) => {
  const { gateway, link, balancer, port80 } = await openPath(t, { balancerLets: 'sg-link' });
  for (const path of ['/prod/listener', '/prod/balancer']) {
    const answer = await gateway.send(path);
    assert.deepEqual([answer.status, answer.body], [200, 'service.internal /inner']);
    const { integration } = gateway.trace(answer);
    assert.deepEqual([integration?.link, integration?.loadBalancer, integration?.listener], [link, balancer, port80]);
    assert.deepEqual(
      integration?.network?.map(({ from, port, allowed }) => [from.startsWith('VPC link Link'), port, allowed]),
      [
        [true, 80, true],
        [false, 8080, true],
      ],
    );
  }
});

test("a link that the balancer's security group does not let in hears nothing, and the trace says which rule is missing (AG-194)", async (t) => {
  const { gateway } = await openPath(t, { balancerLets: 'sg-task' });
  const answer = await gateway.send('/prod/listener');
  assert.deepEqual([answer.status, answer.body], [504, '{"message": "Endpoint request timed out"}']);
  assert.match(gateway.trace(answer).decision?.why ?? '', /VPC link Link .*cannot reach NLB node of Nlb.* on port 80/);
});

test('a link whose own security group lets nothing out hears nothing either', async (t) => {
  const { gateway } = await openPath(t, { balancerLets: '0.0.0.0/0', linkMay: false });
  const answer = await gateway.send('/prod/listener');
  assert.equal(answer.status, 504);
  assert.match(gateway.trace(answer).decision?.why ?? '', /LinkSecurityGroup|sg-link/);
});
