import { DialFailure, type Connection } from '../../capabilities/connection.ts';
import type { Directory } from '../../capabilities/directory.ts';
import type { VpcLink } from '../../capabilities/vpc-link.ts';
import { PropertyReader } from '../property-reader.ts';
import { apiRegister } from './live-api.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { isObject, isUnresolved } from '../known-value.ts';
import { throughLink } from '../through-link.ts';

/** A VPC link V1: from API Gateway to a Network Load Balancer (area I; NLB-063). */
export const vpcLink: ResourceType = {
  type: 'AWS::ApiGateway::VpcLink',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    TargetArns: 'simulated',
    Description: { inert: 'text for people' },
    Tags: { inert: 'tags have no effect' },
  },
  required: ['Name', 'TargetArns'],
  attributes: ['VpcLinkId'],
  replacedBy: ['TargetArns'],
  check,
  create,
};

/** AG-187 to AG-189 */
function check({ Name: name, TargetArns: targets }: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  if (name === '') findings.push({ property: 'Name', kind: 'invalid', message: 'Name cannot be empty' });
  const arns = Array.isArray(targets) ? targets : [];
  if (Array.isArray(targets) && arns.length !== 1) {
    findings.push({
      property: 'TargetArns',
      kind: 'invalid',
      message: `A VPC link takes one Network Load Balancer, there are ${arns.length} ARNs`,
    });
  }
  for (const [index, arn] of arns.entries()) {
    if (typeof arn !== 'string' || isUnresolved(arn)) continue;
    const property = `TargetArns[${index}]`;
    if (!/^arn:[^:]+:elasticloadbalancing:[^:]*:\d{12}:loadbalancer\//.test(arn)) {
      findings.push({ property, kind: 'invalid', message: `Invalid ARN. ARN is not well formed ${arn}` });
    } else if (arn.includes(':loadbalancer/app/')) {
      findings.push({ property, kind: 'invalid', message: 'NLB ARN is malformed', fix: 'Link to a Network Load Balancer.' });
    }
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const { directory } = context.account;
  const id = context.physicalId(6, 'base36');
  const arn = new PropertyReader(context.properties).strings('TargetArns')[0]!;
  if (directory.find('loadBalancer', arn)?.type === 'application')
    throw new ResourceFailure('NLB ARN is malformed', { property: 'TargetArns' });
  const link = new LiveVpcLink(id, context.name.logicalId, arn, directory);
  if (directory.list('vpcLink').some(([, other]) => other.loadBalancerArn === arn)) {
    // AG-186
    throw new ResourceFailure('NLB is already associated with another VPC Endpoint Service', {
      property: 'TargetArns',
      fix: 'Use one VPC link for all integrations that go to this load balancer.',
    });
  }
  const withdraw = directory.provide('vpcLink', id, link);
  const resource: Resource = {
    ref: id,
    attributes: { VpcLinkId: id },
    update: () => Promise.resolve(resource),
    delete: async () => {
      checkUnused(directory, id);
      withdraw();
    },
    stopNow: () => Promise.resolve(withdraw()),
  };
  return resource;
}

/** AG-190: a method that names the link by its id keeps it, one that names it by a stage variable does not. Text as users quote it. */
function checkUnused(directory: Directory, id: string): void {
  for (const api of apiRegister.all(directory)) {
    for (const { properties, resourceId, verb } of api.draft.methods.values()) {
      const integration = properties['Integration'];
      if (!isObject(integration) || integration['ConnectionId'] !== id) continue;
      const message = `Cannot delete vpc link. Vpc link '${id}', is referenced in [${verb}:${api.id}:${resourceId}] in format of [Method:Resource].`;
      throw new ResourceFailure(message, { fix: 'Delete the method, or let it name another link, first.' });
    }
  }
}

class LiveVpcLink implements VpcLink {
  readonly id: string;
  readonly logicalId: string;
  readonly status = 'AVAILABLE';
  readonly statusMessage = 'Your vpc link is ready for use'; // AG-184
  readonly loadBalancerArn: string;
  readonly #directory: Directory;

  constructor(id: string, logicalId: string, loadBalancerArn: string, directory: Directory) {
    this.id = id;
    this.logicalId = logicalId;
    this.loadBalancerArn = loadBalancerArn;
    this.#directory = directory;
  }

  /** Which load balancer it is, is looked up anew each time: it may have been replaced, or be gone. */
  async dial(port: number): Promise<Connection> {
    const loadBalancer = this.#directory.find('loadBalancer', this.loadBalancerArn);
    if (loadBalancer === undefined) {
      throw new DialFailure('no-load-balancer', `VPC link "${this.id}" points to ${this.loadBalancerArn}, which does not exist`, {
        vpcLink: this.id,
      });
    }
    const connection = await loadBalancer.dial({ port, source: { kind: 'private-link', vpcLinkId: this.id } });
    return throughLink(connection, this.id);
  }
}
