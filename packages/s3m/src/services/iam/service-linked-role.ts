import { PropertyReader } from '../property-reader.ts';
import type { Resource, ResourceContext, ResourceType } from '../resource-type.ts';

/** Names that the services of this pattern give to their roles; others follow the host name. */
const NAMES: Readonly<Record<string, string>> = {
  ecs: 'ECS',
  elasticloadbalancing: 'ElasticLoadBalancing',
  'ecs.application-autoscaling': 'ApplicationAutoScaling_ECSService',
  'ops.apigateway': 'APIGateway',
  'vpc-lattice': 'VpcLattice',
};

/** A role that a service has for itself. */
export const serviceLinkedRole: ResourceType = {
  type: 'AWS::IAM::ServiceLinkedRole',
  scope: { inert: 'services of this engine do their own work without a role' },
  properties: { AWSServiceName: 'simulated', CustomSuffix: 'simulated', Description: { inert: 'a description' } },
  required: ['AWSServiceName'],
  attributes: ['RoleName'],
  replacedBy: ['AWSServiceName', 'CustomSuffix'],
  create,
};

async function create(context: ResourceContext): Promise<Resource> {
  const properties = new PropertyReader(context.properties);
  const service = properties.string('AWSServiceName').replace(/\.amazonaws\.com(\.cn)?$/, '');
  const suffix = properties.optionalString('CustomSuffix');
  const name = `AWSServiceRoleFor${NAMES[service] ?? service.replaceAll(/(?:^|[.-])([a-z])/g, (_match, letter: string) => letter.toUpperCase())}`;
  const ref = suffix === undefined ? name : `${name}_${suffix}`;
  const resource: Resource = {
    ref,
    attributes: { RoleName: ref },
    update: () => Promise.resolve(resource),
    delete: () => Promise.resolve(),
  };
  return resource;
}
