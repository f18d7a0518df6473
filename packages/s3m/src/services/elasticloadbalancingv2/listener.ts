import { PropertyReader } from '../property-reader.ts';
import { isUnresolved, listOf } from '../known-value.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { LiveLoadBalancer } from './live-load-balancer.ts';
import { LiveTargetGroup } from './live-target-group.ts';

/** `AWS::ElasticLoadBalancingV2::Listener`: a port of a load balancer that sends to a target group. */
export const listener: ResourceType = {
  type: 'AWS::ElasticLoadBalancingV2::Listener',
  scope: 'simulated',
  properties: {
    LoadBalancerArn: 'simulated',
    Port: 'simulated',
    Protocol: 'simulated',
    'DefaultActions.Type': 'simulated',
    'DefaultActions.TargetGroupArn': 'simulated',
  },
  required: ['LoadBalancerArn', 'Port', 'Protocol', 'DefaultActions'],
  attributes: ['ListenerArn'],
  check,
  create: async (context) => createListener(context),
};

function check({ Port: port, Protocol: protocol, DefaultActions: actions }: Properties): Finding[] {
  const findings: Finding[] = [];
  const number = Number(port);
  if (!isUnresolved(port) && (!Number.isInteger(number) || number < 1 || number > 65_535)) {
    findings.push({ property: 'Port', kind: 'invalid', message: `Port is ${JSON.stringify(port)}. Allowed: 1 to 65535` }); // NLB-001
  }
  if (protocol !== 'TCP' && !isUnresolved(protocol)) {
    findings.push({
      property: 'Protocol',
      kind: 'unsupported',
      message: `listeners of protocol ${JSON.stringify(protocol)} are not supported, only TCP`,
    });
  }
  const list = listOf(actions);
  if (list.length !== 1) {
    findings.push({
      property: 'DefaultActions',
      kind: 'invalid',
      message: 'A listener of a Network Load Balancer has exactly one default action',
    }); // NLB-016
  }
  for (const [index, { Type: type }] of list.entries()) {
    if (type === 'forward' || isUnresolved(type)) continue;
    findings.push({
      property: `DefaultActions[${index}].Type`,
      kind: 'invalid',
      message: `Action type ${JSON.stringify(type)} is not allowed here. Allowed: forward`,
    });
  }
  return findings;
}

function createListener(context: ResourceContext): Resource {
  const { directory } = context.account;
  const read = new PropertyReader(context.properties);
  const balancerArn = read.string('LoadBalancerArn');
  const balancer = directory.find('loadBalancer', balancerArn);
  if (!(balancer instanceof LiveLoadBalancer))
    throw new ResourceFailure(`Load balancer '${balancerArn}' not found`, { property: 'LoadBalancerArn' });
  const [action] = read.objects('DefaultActions');
  const groupArn = action?.string('TargetGroupArn') ?? '';
  const group = directory.find('targetGroup', groupArn);
  if (!(group instanceof LiveTargetGroup))
    throw new ResourceFailure(`Target group '${groupArn}' not found`, { property: 'DefaultActions[0].TargetGroupArn' });
  const arn = `${balancerArn.replace(':loadbalancer/', ':listener/')}/${context.physicalId(16)}`;
  const remove = balancer.addListener({
    arn,
    port: read.integer('Port'),
    protocol: read.string('Protocol'),
    targetGroupArns: [groupArn],
    group,
  });
  return { ref: arn, attributes: { ListenerArn: arn }, delete: async () => remove() };
}
