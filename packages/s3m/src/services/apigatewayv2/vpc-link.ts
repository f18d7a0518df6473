import { DialFailure, type Connection } from '../../capabilities/connection.ts';
import type { VpcLinkV2 } from '../../capabilities/vpc-link-v2.ts';
import type { NetworkInterface } from '../../network/network.ts';
import type { Account } from '../account.ts';
import { inNetwork } from '../in-network.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { throughLink } from '../through-link.ts';
import { dialInstance, isCloudMapService } from './cloud-map-target.ts';
import { findListener } from './listener-target.ts';

/** A VPC link V2: from API Gateway, by interfaces of its own in the VPC's subnets, to listeners of load balancers (AG-201, AG-581). */
export const vpcLink: ResourceType = {
  type: 'AWS::ApiGatewayV2::VpcLink',
  scope: 'simulated',
  properties: {
    Name: 'simulated',
    SubnetIds: 'simulated',
    SecurityGroupIds: 'simulated',
    Tags: { inert: 'tags have no effect' },
  },
  required: ['Name', 'SubnetIds'],
  attributes: ['VpcLinkId'],
  replacedBy: ['SubnetIds', 'SecurityGroupIds'], // AG-581
  check,
  create,
};

function check({ Name: name, SubnetIds: subnets }: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  if (name === '') findings.push({ property: 'Name', kind: 'invalid', message: 'Name cannot be empty' });
  if (Array.isArray(subnets) && subnets.length === 0) {
    findings.push({ property: 'SubnetIds', kind: 'invalid', message: 'A VPC link needs at least one subnet' });
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const id = context.physicalId(6, 'base36');
  const interfaces = attachInterfaces(context, id);
  const withdraw = account.directory.provide('vpcLinkV2', id, new LiveVpcLinkV2(id, interfaces, account));
  const resource: Resource = {
    ref: id,
    attributes: { VpcLinkId: id },
    update: () => Promise.resolve(resource),
    async delete() {
      withdraw();
      for (const each of interfaces) each.detach();
    },
  };
  return resource;
}

/** One a subnet; without security groups the VPC's default group counts (VPC-038). What was attached is let go when one fails. */
function attachInterfaces({ account, name, properties }: ResourceContext, id: string): readonly NetworkInterface[] {
  const reader = new PropertyReader(properties);
  const securityGroupIds = reader.strings('SecurityGroupIds');
  const attached: NetworkInterface[] = [];
  try {
    for (const subnetId of reader.strings('SubnetIds')) {
      const request = { name: `VPC link ${name.logicalId} (${id})`, subnetId, securityGroupIds };
      attached.push(inNetwork(() => account.network.attach(request), 'SubnetIds'));
    }
    if (attached.length === 0) throw new ResourceFailure('A VPC link needs at least one subnet', { property: 'SubnetIds' });
    const vpcs = new Set(attached.map(({ vpcId }) => vpcId));
    if (vpcs.size > 1) {
      throw new ResourceFailure(`The subnets of a VPC link must be of one VPC; these are of ${[...vpcs].join(' and ')}`, {
        property: 'SubnetIds',
      });
    }
    return attached;
  } catch (error) {
    for (const each of attached) each.detach();
    throw error;
  }
}

class LiveVpcLinkV2 implements VpcLinkV2 {
  readonly id: string;
  readonly status = 'AVAILABLE';
  readonly statusMessage = 'VPC link is ready to route traffic';
  readonly #interfaces: readonly NetworkInterface[];
  readonly #account: Account;
  #next = 0;
  #turn = 0;

  constructor(id: string, interfaces: readonly NetworkInterface[], account: Account) {
    this.id = id;
    this.#interfaces = interfaces;
    this.#account = account;
  }

  /** Leaves from the link's interfaces in turn, held against their groups, network ACLs and routes. */
  async dial(target: string, port?: number): Promise<Connection> {
    this.#next = (this.#next + 1) % this.#interfaces.length;
    this.#turn++;
    const source = { kind: 'interface', interfaceId: this.#interfaces[this.#next]!.id } as const;
    try {
      if (isCloudMapService(target)) return throughLink(await dialInstance(this.#account, target, source.interfaceId, this.#turn), this.id);
      const { loadBalancer, port: listenerPort } = findListener(this.#account.directory, target, port);
      return throughLink(await loadBalancer.dial({ port: listenerPort, source }), this.id);
    } catch (error) {
      if (!(error instanceof DialFailure)) throw error;
      throw new DialFailure(error.kind, error.message, { ...error.route, vpcLink: this.id });
    }
  }
}
