import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Properties } from '../../../src/services/resource-type.ts';
import { checkService } from '../../../src/services/ecs/service-check.ts';
import { LiveDiscoveryService } from '../../../src/services/servicediscovery/live-discovery-service.ts';
import { ecsBench, type EcsBench } from './ecs-bench.ts';

/** A Cloud Map service `backend.local` with health that registrars tell. */
function discoveryOf({ account }: EcsBench, type: 'A' | 'SRV' = 'A'): LiveDiscoveryService {
  const arn = 'arn:aws:servicediscovery:us-east-1:000000000000:service/srv-1';
  const namespace = { id: 'ns-1', arn: 'arn:namespace', name: 'local', vpcId: 'vpc-1' };
  const settings = { ttls: new Map([[type, 60]]), routing: 'MULTIVALUE', checked: true } as const;
  const live = new LiveDiscoveryService({ id: 'srv-1', arn, logicalId: 'Backend', namespace, name: 'backend' }, settings, account.random);
  account.directory.provide('discoveryService', arn, live);
  return live;
}

const registered = (live: LiveDiscoveryService, more: Properties = {}): Properties => ({
  ServiceRegistries: [{ RegistryArn: live.arn, ...more }],
});

test('a task is registered with its address and attributes when it is activated, and leaves before its target drains (ECS-041, ECS-095)', async () => {
  await using bench = await ecsBench();
  const live = discoveryOf(bench);
  const definition = await bench.define();
  const service = await bench.create(bench.properties(definition, { DesiredCount: 1, ...registered(live, { ContainerPort: 8080 }) }));
  await bench.clock.advance(1000);
  const [instance] = live.discover();
  const [task] = bench.view(service).tasks;
  assert.equal(instance?.id, task!.id);
  assert.deepEqual(instance.attributes, {
    AWS_INSTANCE_IPV4: task!.address,
    AWS_INSTANCE_PORT: '8080',
    AVAILABILITY_ZONE: task!.zone,
    REGION: 'us-east-1',
    ECS_CLUSTER_NAME: 'main',
    ECS_SERVICE_NAME: 'weather',
    ECS_TASK_DEFINITION_FAMILY: 'weather',
  });
  bench.group.onDeregister = () => assert.equal(live.discover().length, 0, 'it has left before');
  const deleted = service.delete();
  await bench.clock.advance(0);
  assert.deepEqual(bench.group.calls.at(-1), `deregister ${instance.address}:8080`);
  await bench.clock.advance(600_000);
  await deleted;
});

test('a task whose container check fails is not found until it passes again (ECS-078, ECS-095)', async () => {
  await using bench = await ecsBench();
  const live = discoveryOf(bench);
  let exitCode = 0;
  bench.runtime.behave = () => ({ termMs: 0, check: () => exitCode });
  const definition = await bench.define({ HealthCheck: { Command: ['CMD', 'true'], Interval: 10, Retries: 2 } });
  const changes = { DesiredCount: 1, HealthCheckGracePeriodSeconds: 3600, ...registered(live) };
  await bench.create(bench.properties(definition, changes));
  await bench.clock.advance(15_000);
  assert.equal(live.discover().length, 1);
  exitCode = 1;
  await bench.clock.advance(30_000);
  assert.equal(live.discover().length, 0);
  exitCode = 0;
  await bench.clock.advance(10_000);
  assert.equal(live.discover().length, 1);
});

test('a registry that is not there, a port that no container has, and SRV records without a port are refused', async () => {
  await using bench = await ecsBench();
  const live = discoveryOf(bench, 'SRV');
  const definition = await bench.define();
  const create = (changes: Properties) => async () => void (await bench.create(bench.properties(definition, changes)));
  await assert.rejects(create({ ServiceRegistries: [{ RegistryArn: 'arn:none' }] }), /There is no Cloud Map service arn:none/);
  await assert.rejects(create(registered(live, { ContainerPort: 9 })), /No container of the task definition has port 9/);
  await assert.rejects(create(registered(live)), /backend\.local has SRV records, which name a port/);
});

test('one registry a service (ECS-095), and no Service Connect (ECS-096)', () => {
  const findings = checkService({
    LaunchType: 'FARGATE',
    ServiceRegistries: [{}, {}],
    ServiceConnectConfiguration: { Enabled: true },
  });
  assert.deepEqual(
    findings.map(({ property, kind }) => [property, kind]),
    [
      ['ServiceConnectConfiguration', 'unsupported'],
      ['ServiceRegistries', 'invalid'],
    ],
  );
  assert.deepEqual(checkService({ LaunchType: 'FARGATE', ServiceConnectConfiguration: { Enabled: false } }), []);
});
