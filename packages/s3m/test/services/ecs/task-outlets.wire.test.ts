import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { NetworkRefusal } from '../../../src/network/network.ts';
import { taskOutlets } from '../../../src/services/ecs/task-outlets.ts';
import { smallNetwork } from '../../network/small-network.ts';
import { fakeAccount } from '../fake-account.ts';

const service = 'com.amazonaws.us-east-1.dynamodb';

describe("a task's own way to the AWS endpoint", () => {
  it('is silent where the subnet has no route to it, and the reason is told once (DDB-014, VPC-020, VPC-030)', async () => {
    const clock = new VirtualClock();
    const { network, task } = smallNetwork();
    await using account = await fakeAccount({ clock, network });
    const reasons: string[] = [];
    const [outlet] = taskOutlets(account, task(), (why) => reasons.push(why));
    const ends: unknown[] = [];
    for (let count = 0; count < 2; count++) outlet!.connect().catch((error: unknown) => ends.push(error));
    await clock.advance(126_000);
    assert.equal(ends.length, 0);
    await clock.advance(1000);
    assert.equal(ends.length, 2);
    assert.ok(ends.every((end) => end instanceof NetworkRefusal));
    assert.equal(reasons.length, 1);
    assert.match(reasons[0]!, /cannot reach dynamodb\.us-east-1\.amazonaws\.com on port 443: .*no route/);
  });

  it('is open with a gateway endpoint for DynamoDB (DDB-014, VPC-022)', async () => {
    const { network, task } = smallNetwork();
    network.model.addGatewayEndpoint({ id: 'vpce-table', name: 'Table', vpcId: 'vpc-1', service });
    network.model.addRoute('rtb-main', {
      destination: { kind: 'service', service },
      target: { kind: 'gateway-endpoint', id: 'vpce-table' },
    });
    await using account = await fakeAccount({ network, sockets: true });
    const [outlet] = taskOutlets(account, task(), assert.fail);
    const socket = await outlet!.connect();
    assert.equal(socket.remotePort, account.endpoint.port);
    socket.destroy();
    await once(socket, 'close');
  });
});
