import type { DiscoveryService } from '../../capabilities/discovery-service.ts';
import type { TaskDefinition } from '../../capabilities/task-definition.ts';
import type { Account } from '../account.ts';
import type { PropertyReader } from '../property-reader.ts';
import { ResourceFailure } from '../resource-type.ts';

/** The Cloud Map service that a service registers its tasks in (ECS-095). */
export interface ServiceRegistry {
  readonly arn: string;
  /** What SRV records name. */
  readonly port: number | undefined;
}

/** Reads `ServiceRegistries`, and checks it against what is there. @throws ResourceFailure */
export function readRegistry(reader: PropertyReader, definition: TaskDefinition, account: Account): ServiceRegistry | undefined {
  const entry = reader.objects('ServiceRegistries')[0];
  if (entry === undefined) return undefined;
  const arn = entry.string('RegistryArn');
  const service = account.directory.find('discoveryService', arn);
  const at = 'ServiceRegistries[0]';
  if (service === undefined) {
    throw new ResourceFailure(`There is no Cloud Map service ${arn}.`, {
      property: `${at}.RegistryArn`,
      fix: 'Name an AWS::ServiceDiscovery::Service of the template (Fn::GetAtt Arn).',
    });
  }
  const port = entry.has('ContainerPort') ? entry.integer('ContainerPort') : entry.has('Port') ? entry.integer('Port') : undefined;
  const mapped = definition.containers.flatMap(({ name, portMappings }) =>
    portMappings.map(({ containerPort }) => ({ name, containerPort })),
  );
  const container = entry.optionalString('ContainerName');
  const known = mapped.some(({ name, containerPort }) => containerPort === port && (container === undefined || name === container));
  if (port !== undefined && !known) {
    throw new ResourceFailure(
      `No container of the task definition has port ${port}${container === undefined ? '' : ` and the name ${container}`}.`,
      {
        property: `${at}.ContainerPort`,
        fix: `Its port mappings are: ${mapped.map(({ name, containerPort }) => `${name} ${containerPort}`).join(', ') || 'none'}.`,
      },
    );
  }
  if (port === undefined && service.recordTypes.includes('SRV')) {
    throw new ResourceFailure(`The Cloud Map service ${service.dnsName} has SRV records, which name a port.`, {
      property: `${at}.ContainerPort`,
      fix: 'Set ContainerName and ContainerPort.',
    });
  }
  return { arn, port };
}

/** Registers a task (ECS-041, ECS-095). Answers its place in the Cloud Map service; undefined when that is gone. */
export function registerInstance(
  registry: ServiceRegistry,
  task: {
    readonly account: Account;
    readonly id: string;
    readonly clusterName: string;
    readonly serviceName: string;
    readonly family: string;
    readonly attached: { readonly address: string; readonly zone: string };
  },
): { setHealth(healthy: boolean): void; deregister(): void } | undefined {
  const { account, id, attached, clusterName, serviceName, family } = task;
  const service: DiscoveryService | undefined = account.directory.find('discoveryService', registry.arn);
  if (service === undefined) return undefined;
  const port = registry.port === undefined ? {} : { port: registry.port };
  const deregister = service.register({
    id,
    address: attached.address,
    ...port,
    attributes: {
      AWS_INSTANCE_IPV4: attached.address,
      ...(registry.port === undefined ? {} : { AWS_INSTANCE_PORT: String(registry.port) }),
      AVAILABILITY_ZONE: attached.zone,
      REGION: account.region,
      ECS_CLUSTER_NAME: clusterName,
      ECS_SERVICE_NAME: serviceName,
      ECS_TASK_DEFINITION_FAMILY: family,
    },
  });
  return { setHealth: (healthy) => service.setHealth(id, healthy), deregister };
}
