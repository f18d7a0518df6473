import { examineAclsBetween, examineAclsInward } from './examine-acls.ts';
import { examineGroups, labelOf, otherEndOf, type OtherEnd } from './examine-groups.ts';
import type { Examined } from './examined.ts';
import type { AttachedInterface } from './interfaces.ts';
import { parseAddress } from './ipv4.ts';
import type { NetworkSource } from './network-source.ts';
import { chooseRoute } from './route.ts';
import type { VpcModel } from './vpc-model.ts';

/** A decision and its reason, before it becomes a hop. */
export interface Decision {
  readonly allowed: boolean;
  readonly rule: string;
  /** The VPC endpoint that an allowed connection goes through. */
  readonly endpointId?: string;
}

/**
 * Whether an interface reaches another one of its VPC (VPC-050): the local route is always there (VPC-003), then the groups at both ends
 * and the ACLs of their subnets must agree. Everything that is missing is told at once.
 */
export function decideWithinVpc(
  model: VpcModel,
  from: AttachedInterface,
  to: AttachedInterface,
  port: number,
  clientAddress: string | null | undefined,
): Decision {
  const carried = typeof clientAddress === 'string' ? parseAddress(clientAddress) : clientAddress;
  return combine([
    examineGroups(model, 'egress', from, otherEndOf(model, to), port),
    examineGroups(model, 'ingress', to, carried === undefined ? otherEndOf(model, from) : otherEndOf(model, from, carried), port),
    ...examineAclsBetween(model, from, to, port, carried),
  ]);
}

/** Whether something without an interface here, a VPC link V1 or the world outside, gets in (NLB-054, NLB-056, VPC-009). */
export function decideFromOutside(
  model: VpcModel,
  source: Exclude<NetworkSource, { kind: 'interface' }>,
  to: AttachedInterface,
  port: number,
): Decision {
  return source.kind === 'private-link' ? decidePrivateLink(model, to, port) : decideFromInternet(model, to, port);
}

function decidePrivateLink(model: VpcModel, to: AttachedInterface, port: number): Decision {
  if (to.privateLink === undefined) {
    return { allowed: false, rule: `a VPC link leads to the nodes of its load balancer only, not to ${labelOf(to)}` };
  }
  if (to.privateLink === 'unfiltered' && to.filtered) {
    return { allowed: true, rule: 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is off' };
  }
  const verdict = examineGroups(model, 'ingress', to, PRIVATE_LINK, port);
  if (verdict.allowed) return verdict;
  const off = 'set EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic of the load balancer to off';
  return { allowed: false, rule: `${verdict.missing}. To open it, ${off}, or ${verdict.fix}` };
}

function decideFromInternet(model: VpcModel, to: AttachedInterface, port: number): Decision {
  if (!to.publicAddress) return { allowed: false, rule: `${labelOf(to)} has no public address, so nothing outside its VPC reaches it` };
  const table = model.findRouteTableOf(to.subnet);
  const target = table === undefined ? undefined : chooseRoute(table.routes, {}, (id) => model.prefixLists.find(id))?.target;
  const attached = target?.kind === 'internet-gateway' && model.findInternetGateway(target.id)?.vpcId === to.vpcId;
  if (!attached) {
    // VPC-001
    return {
      allowed: false,
      rule: `subnet ${to.subnetId} (${to.subnet.name}) has no route to an attached internet gateway. To open it, add a route for 0.0.0.0/0 to one`,
    };
  }
  return combine([examineGroups(model, 'ingress', to, INTERNET, port), ...examineAclsInward(model, to, port)]);
}

/** NLB-056: the address belongs to API Gateway's own fleet; no rule but one for all addresses can name it. */
const PRIVATE_LINK: OtherEnd = { peer: { groupIds: [] }, label: 'the VPC link', asRulePeer: '0.0.0.0/0' };

const INTERNET: OtherEnd = { peer: { groupIds: [] }, label: 'the internet', asRulePeer: '0.0.0.0/0' };

/** All must agree. */
export function combine(verdicts: readonly Examined[]): Decision {
  const refused = verdicts.filter((verdict) => !verdict.allowed);
  if (refused.length === 0) {
    return { allowed: true, rule: verdicts.map((verdict) => (verdict.allowed ? verdict.rule : '')).join('; ') };
  }
  const missing = refused.map((verdict) => verdict.missing).join('; ');
  return { allowed: false, rule: `${missing}. To open it, ${refused.map(({ fix }) => fix).join('; ')}` };
}
