import type { TaskDefinition } from '../../capabilities/task-definition.ts';
import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Properties } from '../resource-type.ts';
import { readRegistry, type ServiceRegistry } from './service-registry.ts';
import { readCircuitBreaker, type CircuitBreaker } from './circuit-breaker.ts';

/** What a service is known by. */
export interface ServiceIdentity {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly clusterName: string;
}

/** A target group that a service registers its tasks in. */
export interface ServiceLoadBalancer {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
}

/** What a deployment starts tasks from: any change of it makes a new deployment. */
export interface DeploymentTemplate {
  readonly definition: TaskDefinition;
  readonly subnets: readonly string[];
  /** Empty: the VPC's default group (VPC-038). */
  readonly securityGroups: readonly string[];
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  /** `AssignPublicIp` (VPC-009). */
  readonly publicAddress: boolean;
  readonly registry: ServiceRegistry | undefined;
}

/** The properties of a service. */
export interface ServiceSettings {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly gracePeriodMs: number;
  readonly circuitBreaker: CircuitBreaker | undefined;
  readonly template: DeploymentTemplate;
}

/**
 * Reads a service's properties and checks them as CreateService does, against what is there (ECS-030 to ECS-036).
 * @throws ResourceFailure
 */
export function readServiceSettings(properties: Properties, account: Account, current?: { readonly desired: number }): ServiceSettings {
  const reader = new PropertyReader(properties);
  const deployment = reader.object('DeploymentConfiguration');
  const definition = findDefinition(reader.string('TaskDefinition'), account);
  const network = reader.object('NetworkConfiguration')?.object('AwsvpcConfiguration');
  if (network === undefined) {
    // ECS-030
    throw new ResourceFailure("Network Configuration must be provided when networkMode 'awsvpc' is specified.", {
      property: 'NetworkConfiguration',
    });
  }
  const loadBalancers = reader.objects('LoadBalancers').map((entry) => ({
    targetGroupArn: entry.string('TargetGroupArn'),
    containerName: entry.string('ContainerName'),
    containerPort: entry.integer('ContainerPort'),
  }));
  const subnets = network.strings('Subnets');
  checkSubnets(subnets, account);
  loadBalancers.forEach((entry, index) => checkLoadBalancer(entry, `LoadBalancers[${index}]`, definition, subnets, account));
  return {
    // Left out, the count stays as it is; a new service has one task.
    desired: reader.integer('DesiredCount', current?.desired ?? 1),
    // ECS-036
    minimumHealthyPercent: deployment?.integer('MinimumHealthyPercent', 100) ?? 100,
    maximumPercent: deployment?.integer('MaximumPercent', 200) ?? 200,
    gracePeriodMs: reader.integer('HealthCheckGracePeriodSeconds', 0) * 1000,
    circuitBreaker: readCircuitBreaker(deployment?.object('DeploymentCircuitBreaker')),
    template: {
      definition,
      subnets,
      securityGroups: network.strings('SecurityGroups'),
      loadBalancers,
      publicAddress: network.oneOf('AssignPublicIp', ['ENABLED', 'DISABLED'], 'DISABLED') === 'ENABLED',
      registry: readRegistry(reader, definition, account),
    },
  };
}

/** By ARN, `FAMILY:REVISION`, or `FAMILY` for the newest revision. */
function findDefinition(id: string, account: Account): TaskDefinition {
  const definition =
    account.directory.find('taskDefinition', id) ??
    account.directory
      .list('taskDefinition')
      .map(([, candidate]) => candidate)
      .filter(({ family, revision }) => id === family || id === `${family}:${revision}`)
      .toSorted((one, other) => other.revision - one.revision)[0];
  if (definition !== undefined) return definition;
  const known = account.directory.list('taskDefinition').map(([arn]) => arn);
  throw new ResourceFailure('Unable to describe task definition.', {
    property: 'TaskDefinition',
    fix: `It is ${JSON.stringify(id)}. There are: ${known.join(', ') || 'none'}.`,
  });
}

/** ECS-035 */
function checkSubnets(subnets: readonly string[], { network }: Account): void {
  const known = subnets.flatMap((id) => network.model.findSubnet(id) ?? []);
  const [first, other] = [known[0], known.find(({ vpcId }) => vpcId !== known[0]?.vpcId)];
  if (first === undefined || other === undefined) return;
  throw new ResourceFailure(
    `The subnets of a service must be in one VPC: ${first.id} is in ${first.vpcId}, ${other.id} in ${other.vpcId}.`,
    {
      property: 'NetworkConfiguration.AwsvpcConfiguration.Subnets',
    },
  );
}

function checkLoadBalancer(
  entry: ServiceLoadBalancer,
  at: string,
  definition: TaskDefinition,
  subnets: readonly string[],
  account: Account,
): void {
  const { targetGroupArn, containerName, containerPort } = entry;
  const group = account.directory.find('targetGroup', targetGroupArn);
  if (group === undefined)
    throw new ResourceFailure(`The target group with targetGroupArn ${targetGroupArn} does not exist.`, {
      property: `${at}.TargetGroupArn`,
    });
  if (group.targetType !== 'ip') {
    // ECS-033
    throw new ResourceFailure(
      `The provided target group ${targetGroupArn} has target type ${group.targetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      { property: `${at}.TargetGroupArn`, fix: 'Set TargetType: ip on the target group.' },
    );
  }
  const elsewhere = subnets.flatMap((id) => account.network.model.findSubnet(id) ?? []).find(({ vpcId }) => vpcId !== group.vpcId);
  // VPC-053
  if (elsewhere !== undefined && group.vpcId !== undefined) {
    throw new ResourceFailure(
      `The target group with targetGroupArn ${targetGroupArn} is in ${group.vpcId}, and subnet ${elsewhere.id} in ${elsewhere.vpcId}.`,
      { property: `${at}.TargetGroupArn`, fix: "Put the load balancer, its target groups and the service's subnets into one VPC." },
    );
  }
  const container = definition.containers.find(({ name }) => name === containerName);
  // ECS-034
  if (container === undefined) {
    throw new ResourceFailure(`The container ${containerName} does not exist in the task definition.`, {
      property: `${at}.ContainerName`,
      fix: `The task definition has ${definition.containers.map(({ name }) => name).join(', ')}.`,
    });
  }
  if (!container.portMappings.some((mapping) => mapping.containerPort === containerPort)) {
    throw new ResourceFailure(`The container ${containerName} did not have a container port ${containerPort} defined.`, {
      property: `${at}.ContainerPort`,
      fix: `Its port mappings have ${container.portMappings.map((mapping) => mapping.containerPort).join(', ') || 'no port'}.`,
    });
  }
  if (!group.inUse) {
    // ECS-032
    throw new ResourceFailure(`The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`, {
      property: `${at}.TargetGroupArn`,
      fix: 'Let a listener forward to it, and the service depend on that listener (DependsOn).',
    });
  }
}
