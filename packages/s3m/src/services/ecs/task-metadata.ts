import { createHash } from 'node:crypto';
import type { TaskView } from '../../capabilities/ecs-service.ts';
import type { ContainerDefinition, TaskDefinition } from '../../capabilities/task-definition.ts';
import type { ContainerUsage } from '../../containers/container-usage.ts';
import type { ContainerHealthView } from '../../containers/task-runtime.ts';
import { formatAddress, formatRange } from '../../network/ipv4.ts';
import { macAddress } from '../../network/mac-address.ts';
import type { NetworkInterface } from '../../network/network.ts';
import type { Account } from '../account.ts';
import { internalDomain, resolversOf } from '../vpc-dns.ts';
import { answerJson, linkLocalAddress, type LinkLocalHandler } from './link-local.ts';

/** Where containers ask about themselves and their task (ECS-092). */
export const metadataPath = '/v4/';

/** What a task is, for its own containers. */
export interface MetadataSource {
  readonly account: Account;
  readonly clusterName: string;
  readonly serviceName: string;
  readonly definition: TaskDefinition;
  readonly attached: Pick<NetworkInterface, 'id' | 'address' | 'vpcId' | 'subnetId' | 'zone'>;
  /** When its images began to be fetched. */
  readonly createdAt: number;
  view(): TaskView;
  health(): readonly ContainerHealthView[];
  usage(): Promise<readonly ContainerUsage[]>;
}

/** The task metadata endpoint, version 4: each container has an address of its own, with `/task`, `/stats` and `/task/stats` below it (ECS-092). */
export class TaskMetadata {
  readonly #source: MetadataSource;

  constructor(source: MetadataSource) {
    this.#source = source;
  }

  /** `ECS_CONTAINER_METADATA_URI_V4` of a container. */
  uri(container: string): string {
    return `http://${linkLocalAddress}${metadataPath}${this.#dockerId(container)}`;
  }

  readonly handle: LinkLocalHandler = (request, response, path) => {
    request.resume();
    const [id = '', ...rest] = path.slice(metadataPath.length).replace(/\/$/, '').split('/');
    const container = this.#source.definition.containers.find(({ name }) => this.#dockerId(name) === id);
    if (container === undefined)
      return answerJson(response, 404, `V4 container metadata handler: unable to get container ID from request: ${id}`);
    const what = rest.join('/');
    if (what === '') answerJson(response, 200, this.#container(container));
    else if (what === 'task') answerJson(response, 200, this.#task());
    else if (what === 'stats') void this.#stats().then((stats) => answerJson(response, 200, stats[id] ?? null));
    else if (what === 'task/stats') void this.#stats().then((stats) => answerJson(response, 200, stats));
    else answerJson(response, 404, '404 page not found');
  };

  /** `TASK-NUMBER`, as on Fargate. */
  #dockerId(container: string): string {
    return `${this.#source.view().id}-${digest(container).readUInt32BE(0)}`;
  }

  #task(): object {
    const { account, clusterName, serviceName, definition, attached, createdAt } = this.#source;
    const { arn, lastStatus } = this.#source.view();
    return {
      Cluster: `arn:${account.partition}:ecs:${account.region}:${account.id}:cluster/${clusterName}`,
      TaskARN: arn,
      Family: definition.family,
      Revision: String(definition.revision),
      DesiredStatus: this.#desiredStatus,
      KnownStatus: lastStatus,
      ...(definition.cpuUnits === undefined || definition.memoryMiB === undefined
        ? {}
        : { Limits: { CPU: definition.cpuUnits / 1024, Memory: definition.memoryMiB } }),
      PullStartedAt: timestamp(createdAt),
      PullStoppedAt: timestamp(createdAt),
      AvailabilityZone: attached.zone,
      LaunchType: 'FARGATE',
      Containers: definition.containers.map((container) => this.#container(container)),
      VPCID: attached.vpcId,
      ServiceName: serviceName,
      FaultInjectionEnabled: false,
    };
  }

  #container(container: ContainerDefinition): object {
    const { account, clusterName, definition, attached, createdAt } = this.#source;
    const { id, arn, startedAt } = this.#source.view();
    const { name, image, log } = container;
    const prefix = `arn:${account.partition}:ecs:${account.region}:${account.id}`;
    const health = this.#source.health().find((view) => view.container === name);
    return {
      DockerId: this.#dockerId(name),
      Name: name,
      DockerName: name,
      Image: image,
      Labels: {
        'com.amazonaws.ecs.cluster': `${prefix}:cluster/${clusterName}`,
        'com.amazonaws.ecs.container-name': name,
        'com.amazonaws.ecs.task-arn': arn,
        'com.amazonaws.ecs.task-definition-family': definition.family,
        'com.amazonaws.ecs.task-definition-version': String(definition.revision),
      },
      DesiredStatus: this.#desiredStatus,
      KnownStatus: startedAt === undefined ? 'PENDING' : 'RUNNING',
      Limits: { CPU: container.cpuUnits ?? 2, ...(container.memoryMiB === undefined ? {} : { Memory: container.memoryMiB }) },
      CreatedAt: timestamp(createdAt),
      ...(startedAt === undefined ? {} : { StartedAt: timestamp(startedAt) }),
      Type: 'NORMAL',
      ...(health === undefined ? {} : { Health: { status: health.status } }),
      ...(log === undefined
        ? {}
        : {
            LogDriver: 'awslogs',
            LogOptions: {
              'awslogs-group': log.group,
              'awslogs-region': account.region,
              'awslogs-stream': `${log.streamPrefix}/${name}/${id}`,
            },
          }),
      ContainerARN: `${prefix}:container/${clusterName}/${id}/${uuid(`${id}/${name}`)}`,
      Networks: [networkOf(account, attached)],
    };
  }

  get #desiredStatus(): string {
    return ['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED'].includes(this.#source.view().lastStatus) ? 'STOPPED' : 'RUNNING';
  }

  /** The members of Docker's statistics that can be told of processes too, by the containers' Docker ids. */
  async #stats(): Promise<Readonly<Record<string, object>>> {
    const { account, definition } = this.#source;
    const usage = await this.#source.usage().catch(() => []);
    return Object.fromEntries(
      usage.map(({ container, cpuMs, memoryBytes }) => {
        const limitMiB = definition.containers.find(({ name }) => name === container)?.memoryMiB ?? definition.memoryMiB;
        const stats = {
          read: timestamp(account.clock.now()),
          name: container,
          id: this.#dockerId(container),
          cpu_stats: { cpu_usage: { total_usage: cpuMs * 1_000_000 } },
          memory_stats: { usage: memoryBytes, ...(limitMiB === undefined ? {} : { limit: limitMiB * 1024 * 1024 }) },
        };
        return [this.#dockerId(container), stats];
      }),
    );
  }
}

function networkOf(account: Account, attached: MetadataSource['attached']): object {
  const range = account.network.model.findSubnet(attached.subnetId)?.range;
  const domain = internalDomain(account.region);
  return {
    NetworkMode: 'awsvpc',
    IPv4Addresses: [attached.address],
    AttachmentIndex: 0,
    MACAddress: macAddress(attached.id),
    ...(range === undefined ? {} : { IPv4SubnetCIDRBlock: formatRange(range) }),
    DomainNameServers: resolversOf(account, attached.vpcId).slice(0, 1),
    DomainNameSearchList: [domain],
    PrivateDNSName: `ip-${attached.address.replaceAll('.', '-')}.${domain}`,
    // VPC-006
    ...(range === undefined ? {} : { SubnetGatewayIpv4Address: `${formatAddress(range.first + 1)}/${range.prefix}` }),
  };
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function uuid(text: string): string {
  return digest(text)
    .toString('hex', 0, 16)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
