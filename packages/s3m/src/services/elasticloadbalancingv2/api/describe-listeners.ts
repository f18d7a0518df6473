import type { QueryElements } from '../../query-protocol.ts';
import { ServiceError } from '../../service-error.ts';
import type { ListenerAction } from '../application/action.ts';
import type { ApplicationListener } from '../application/application-listener.ts';
import { NetworkListener } from '../network/network-listener.ts';
import { balancersOf, findBalancer, type AnyBalancer } from './find-resources.ts';
import { listIn, pageIn } from './query-input.ts';
import type { LoadBalancingAction } from './serve-load-balancing.ts';

/** Listeners by ARN, or all of a load balancer (ELBv2 API, DescribeListeners). */
export const describeListeners: LoadBalancingAction = ({ account, input, demand }) => {
  demand('*');
  const arns = listIn(input, 'ListenerArns');
  const balancerArn = input.get('LoadBalancerArn');
  if (arns.length === 0 && balancerArn === null)
    throw new ServiceError('ValidationError', 'You must specify either listener ARNs or a load balancer ARN');
  const balancers = balancerArn === null ? balancersOf(account) : [findBalancer(account, balancerArn)];
  const all = balancers.flatMap((balancer) => balancer.liveListeners.map((listener) => ({ balancer, listener })));
  if (arns.some((arn) => !all.some(({ listener }) => listener.arn === arn)))
    throw new ServiceError('ListenerNotFound', 'One or more listeners not found'); // NLB-077
  const asked = arns.length === 0 ? all : all.filter(({ listener }) => arns.includes(listener.arn));
  const { items, next } = pageIn(input, asked);
  return { Listeners: items.map(({ balancer, listener }) => elementsOf(balancer, listener)), NextMarker: next };
};

function elementsOf(balancer: AnyBalancer, listener: ApplicationListener | NetworkListener): QueryElements {
  const action: ListenerAction =
    listener instanceof NetworkListener
      ? { kind: 'forward', groups: [{ arn: listener.settings.group.arn, weight: 1 }], stickinessMs: undefined }
      : listener.defaultAction;
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: balancer.arn,
    Port: String(listener.port),
    Protocol: listener.protocol,
    DefaultActions: [actionElements(action)],
  };
}

function actionElements(action: ListenerAction): QueryElements {
  switch (action.kind) {
    case 'forward': {
      const [only] = action.groups.length === 1 ? action.groups : [];
      const sticky = action.stickinessMs;
      return {
        Type: 'forward',
        TargetGroupArn: only?.arn,
        ForwardConfig: {
          TargetGroups: action.groups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: String(weight) })),
          TargetGroupStickinessConfig: {
            Enabled: String(sticky !== undefined),
            DurationSeconds: sticky === undefined ? undefined : String(sticky / 1000),
          },
        },
      };
    }
    case 'fixed-response':
      return {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: String(action.status), ContentType: action.contentType, MessageBody: action.body },
      };
    case 'redirect':
      return {
        Type: 'redirect',
        RedirectConfig: {
          Protocol: action.protocol,
          Port: action.port,
          Host: action.host,
          Path: action.path,
          Query: action.query,
          StatusCode: `HTTP_${action.status}`,
        },
      };
  }
}
