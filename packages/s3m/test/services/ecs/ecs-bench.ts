import assert from 'node:assert/strict';
import type { Properties, Resource, Value } from '../../../src/services/resource-type.ts';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { cluster } from '../../../src/services/ecs/cluster.ts';
import { service } from '../../../src/services/ecs/service.ts';
import { taskDefinition } from '../../../src/services/ecs/task-definition.ts';
import type { EcsService } from '../../../src/capabilities/ecs-service.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';
import { FakeNetwork } from './fake-network.ts';
import { FakeTargetGroup } from './fake-target-group.ts';
import { FakeTaskRuntime } from './fake-task-runtime.ts';

/** A cluster with everything around it on a virtual clock. Disposing it stops all services and checks that nothing is left. */
export interface EcsBench extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly account: FakeAccount;
  readonly runtime: FakeTaskRuntime;
  readonly network: FakeNetwork;
  readonly group: FakeTargetGroup;
  /** Registers a revision of the family `weather`; `container` is added to its only container. */
  define(container?: Properties, metadata?: Properties): Promise<Resource>;
  /** Properties of a service behind the target group. */
  properties(definition: Resource, changes?: Properties): Properties;
  create(properties: Properties): Promise<Resource>;
  update(resource: Resource, properties: Properties): Promise<Resource>;
  view(resource: Resource): EcsService;
}

export async function ecsBench(): Promise<EcsBench> {
  const clock = new VirtualClock();
  const runtime = new FakeTaskRuntime(clock);
  const network = new FakeNetwork();
  const account = await fakeAccount({ clock, runtime, network });
  const group = new FakeTargetGroup(clock);
  account.directory.provide('targetGroup', group.arn, group);
  await cluster.create(createContext(account, cluster, { logicalId: 'Cluster', properties: { ClusterName: 'main' } }));
  const services: Resource[] = [];
  const context = (properties: Properties): ReturnType<typeof createContext> =>
    createContext(account, service, { logicalId: 'Weather', properties });
  return {
    clock,
    account,
    runtime,
    network,
    group,
    define: (container = {}, metadata = {}) =>
      taskDefinition.create(createContext(account, taskDefinition, { logicalId: 'Task', properties: fargateTask(container), metadata })),
    properties: (definition, changes = {}) => ({
      Cluster: 'main',
      ServiceName: 'weather',
      TaskDefinition: definition.ref,
      DesiredCount: 2,
      LaunchType: 'FARGATE',
      LoadBalancers: [{ TargetGroupArn: group.arn, ContainerName: 'weather', ContainerPort: 8080 }],
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-a', 'subnet-b'], SecurityGroups: ['sg-1'] } },
      ...changes,
    }),
    create: async (properties) => {
      const created = await service.create(context(properties));
      services.push(created);
      return created;
    },
    update: (resource, properties) => resource.update!(context(properties)),
    view: (resource) => account.directory.find('service', resource.ref)!,
    [Symbol.asyncDispose]: async () => {
      const stopped = Promise.all(services.map((created) => created.stopNow!()));
      await clock.advance(10_000);
      await stopped;
      await account[Symbol.asyncDispose]();
      assert.equal(runtime.alive.length, 0, 'no task is left');
      assert.equal(network.attached.size, 0, 'no network interface is left');
      assert.equal(group.listeners, 0, 'nobody listens to the target group any more');
    },
  };
}

/** A task definition that AWS would take. */
export function fargateTask(container: Readonly<Record<string, Value>> = {}): Properties {
  return {
    Family: 'weather',
    Cpu: '256',
    Memory: '512',
    NetworkMode: 'awsvpc',
    RequiresCompatibilities: ['FARGATE'],
    ContainerDefinitions: [{ Name: 'weather', Image: 'weather:1', PortMappings: [{ ContainerPort: 8080 }], ...container }],
  };
}
