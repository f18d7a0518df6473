import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import type { Network } from '../../../src/network/network.ts';
import type { NetworkSource } from '../../../src/network/network-source.ts';
import { LiveTargetGroup } from '../../../src/services/elasticloadbalancingv2/live-target-group.ts';
import { readTargetGroupSettings } from '../../../src/services/elasticloadbalancingv2/target-group-settings.ts';
import { fakeAccount } from '../fake-account.ts';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const target = { address: '10.0.2.5', port: 8080, zone: 'us-east-1b' };

/** A target in zone b behind nodes in as many zones, of which those in `blind` don't reach it, after its first round of checks. */
async function checked(options: { zones: number; blind: readonly string[]; crossZone: boolean; listeners?: number }) {
  const clock = new VirtualClock();
  const dialled: string[] = [];
  const network = {
    dial: async (source: NetworkSource) => {
      const zone = source.kind === 'interface' ? source.interfaceId : '';
      dialled.push(zone);
      if (options.blind.includes(zone)) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() }) as Socket;
      return { socket, hop: { from: '', to: '', port: 8080, allowed: true, rule: '' } };
    },
  } as unknown as Network;
  await using account = await fakeAccount({ clock, schedule: clock, network });
  const group = new LiveTargetGroup('arn:group', 'group', readTargetGroupSettings({ Protocol: 'TCP', Port: 8080 }), account);
  for (let listenerPort = 80; listenerPort < 80 + (options.listeners ?? 1); listenerPort++)
    group.use(`arn:listener-${listenerPort}`, {
      checkingNodes: () =>
        zones.slice(0, options.zones).map((zone, index) => ({ interfaceId: zone, address: `10.0.${index + 1}.4`, zone, listenerPort })),
      crossesZones: () => options.crossZone,
    });
  group.register(target);
  await clock.advance(0);
  const [{ health, detail } = { health: undefined, detail: undefined }] = group.describe();
  return { dialled, state: health?.state, detail };
}

test('with cross-zone on every node checks each target, once in a round whatever listeners there are (NLB-033)', async () => {
  const { dialled, state } = await checked({ zones: 3, blind: [], crossZone: true, listeners: 2 });
  assert.deepEqual(dialled, ['us-east-1b', 'us-east-1a', 'us-east-1c']);
  assert.equal(state, 'healthy');
});

test('with cross-zone off only the node of its own zone checks a target, since no other sends to it (NLB-021, NLB-033)', async () => {
  const { dialled, state } = await checked({ zones: 3, blind: ['us-east-1a', 'us-east-1c'], crossZone: false });
  assert.deepEqual([dialled, state], [['us-east-1b'], 'healthy']);
});

test('a target that more than half of the nodes reach is healthy, and what the others saw is told (NLB-033)', async () => {
  const { state, detail } = await checked({ zones: 3, blind: ['us-east-1c'], crossZone: true });
  assert.deepEqual([state, detail], ['healthy', 'from 1 of 3 nodes: connection refused on port 8080']);
});

test('a target that half of the nodes reach has not passed, and the detail says how many failed (NLB-033)', async () => {
  const two = await checked({ zones: 2, blind: ['us-east-1a'], crossZone: true });
  assert.deepEqual([two.state, two.detail], ['initial', 'from 1 of 2 nodes: connection refused on port 8080']);
  const three = await checked({ zones: 3, blind: ['us-east-1a', 'us-east-1b'], crossZone: true });
  assert.deepEqual([three.state, three.detail], ['initial', 'from 2 of 3 nodes: connection refused on port 8080']);
});

test('what all nodes see is told without a count', async () => {
  const { state, detail } = await checked({ zones: 3, blind: zones, crossZone: true });
  assert.deepEqual([state, detail], ['initial', 'connection refused on port 8080']);
});

test('a target in a zone without a node is checked by nobody (NLB-022)', async () => {
  const { dialled, state } = await checked({ zones: 1, blind: [], crossZone: true });
  assert.deepEqual([dialled, state], [[], 'unused']);
});
