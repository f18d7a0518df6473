import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';
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
  required: ['LoadBalancerArn', 'DefaultActions'],
  attributes: ['ListenerArn'],
  create: async (context) => createListener(context),
};

function createListener(context: ResourceContext): Resource {
  const { directory } = context.account;
  const read = new PropertyReader(context.properties);
  const balancerArn = read.string('LoadBalancerArn');
  const balancer = directory.find('loadBalancer', balancerArn);
  if (!(balancer instanceof LiveLoadBalancer))
    throw new ResourceFailure(`Load balancer '${balancerArn}' not found`, { property: 'LoadBalancerArn' });
  const [action] = read.objects('DefaultActions');
  const groupArn = action!.string('TargetGroupArn');
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
