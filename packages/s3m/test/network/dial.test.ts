import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { NetworkRefusal } from '../../src/network/network.ts';
import { ALLOW_ALL } from '../../src/network/security-rule.ts';
import { smallNetwork, tcp } from './small-network.ts';

describe('a dial', () => {
  it('hands over the socket that the interface opens for the port', async () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp(8080, 'sg-nlb')] } });
    const opened = new Socket();
    const asked: number[] = [];
    const target = task({
      accept: (port) => {
        asked.push(port);
        return Promise.resolve(opened);
      },
    });
    const { socket, hop } = await network.dial({ kind: 'interface', interfaceId: node().id }, { address: target.address, port: 8080 });
    assert.equal(socket, opened);
    assert.deepEqual(asked, [8080]);
    assert.ok(hop.allowed);
  });

  it('that is not allowed opens nothing and tells why', async () => {
    const { network, node, task } = smallNetwork();
    const target = task({ accept: () => assert.fail('opened') });
    await assert.rejects(
      network.dial({ kind: 'interface', interfaceId: node().id }, { address: target.address, port: 8080 }),
      (error) => error instanceof NetworkRefusal && /no ingress rule/.test(error.message) && !error.hop.allowed,
    );
  });

  it('to an interface where nothing listens is refused as by the kernel', async () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [ALLOW_ALL] } });
    const dialled = network.dial({ kind: 'interface', interfaceId: node().id }, { address: task().address, port: 8080 });
    await assert.rejects(dialled, { code: 'ECONNREFUSED' });
  });

  it('to a host outside is never made, also when the model would let it out', async () => {
    const { network, task } = smallNetwork();
    network.model.addInternetGateway('igw-1', 'Igw');
    network.model.attachInternetGateway('igw-1', 'vpc-1');
    network.model.addRoute('rtb-main', {
      destination: { kind: 'range', range: { first: 0, prefix: 0 } },
      target: { kind: 'internet-gateway', id: 'igw-1' },
    });
    const from = { kind: 'interface', interfaceId: task({ public: true }).id } as const;
    const to = { address: '198.51.100.7', port: 443 };
    assert.ok(network.decide(from, to).allowed);
    await assert.rejects(network.dial(from, to), NetworkRefusal);
  });

  it('decides the same from a kept verdict as anew, whatever was dialled before', () => {
    const { network, node, task } = smallNetwork({ task: { ingress: [tcp([8000, 8999], 'sg-nlb')] } });
    const from = { kind: 'interface', interfaceId: node().id } as const;
    const { address } = task();
    for (let port = 1; port <= 12_000; port++) {
      const allowed = port >= 8000 && port <= 8999;
      assert.equal(network.decide(from, { address, port }).allowed, allowed);
      assert.equal(network.decide(from, { address, port }).allowed, allowed);
    }
  });
});
