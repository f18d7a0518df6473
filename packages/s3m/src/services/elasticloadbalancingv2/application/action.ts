import type { PropertyReader } from '../../property-reader.ts';
import { ResourceFailure } from '../../resource-type.ts';

/** What a listener does with a request (ELBv2 API, Action). */
export type ListenerAction = ForwardAction | FixedResponseAction | RedirectAction;

export interface ForwardAction {
  readonly kind: 'forward';
  readonly groups: readonly { readonly arn: string; readonly weight: number }[];
  /** How long a client stays with the group that it was given first, in milliseconds; undefined when it does not. */
  readonly stickinessMs: number | undefined;
}

export interface FixedResponseAction {
  readonly kind: 'fixed-response';
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** Parts of the new address; `#{host}` and the like stand for the request's own. */
export interface RedirectAction {
  readonly kind: 'redirect';
  readonly status: 301 | 302;
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

/** The one action that decides: authentication before it is refused at load. @throws ResourceFailure */
export function parseAction(actions: readonly PropertyReader[], property: string): ListenerAction {
  const [action, ...more] = actions;
  if (action === undefined || more.length > 0) {
    throw new ResourceFailure('A listener or rule has exactly one action that forwards, redirects or answers', { property });
  }
  switch (action.oneOf('Type', ['forward', 'fixed-response', 'redirect'])) {
    case 'forward':
      return parseForward(action, property);
    case 'fixed-response':
      return parseFixedResponse(action, property);
    case 'redirect':
      return parseRedirect(action);
  }
}

function parseForward(action: PropertyReader, property: string): ForwardAction {
  const config = action.object('ForwardConfig');
  const single = action.optionalString('TargetGroupArn');
  const groups = (config?.objects('TargetGroups') ?? []).map((group) => ({
    arn: group.string('TargetGroupArn'),
    weight: group.integer('Weight', 1),
  }));
  const wrong = groups.find(({ weight }) => weight < 0 || weight > 999);
  if (wrong !== undefined) throw new ResourceFailure(`Target group weight '${wrong.weight}' must be between 0 and 999`, { property });
  const stickiness = config?.object('TargetGroupStickinessConfig');
  const all = groups.length > 0 ? groups : single === undefined ? [] : [{ arn: single, weight: 1 }];
  if (all.length === 0) {
    throw new ResourceFailure('You must specify either a target group or a forward config', {
      property,
      fix: 'Add TargetGroupArn: the Ref of an AWS::ElasticLoadBalancingV2::TargetGroup.',
    });
  }
  return {
    kind: 'forward',
    groups: all,
    stickinessMs: stickiness?.boolean('Enabled', false) === true ? stickiness.integer('DurationSeconds') * 1000 : undefined,
  };
}

function parseFixedResponse(action: PropertyReader, property: string): FixedResponseAction {
  const config = action.object('FixedResponseConfig');
  const status = Number(config?.string('StatusCode'));
  if (config === undefined || !/^[245]\d\d$/.test(String(status))) {
    throw new ResourceFailure("The status code must be '2XX', '4XX' or '5XX'", { property: `${property}.FixedResponseConfig.StatusCode` });
  }
  return {
    kind: 'fixed-response',
    status,
    contentType: config.optionalString('ContentType'),
    body: config.optionalString('MessageBody') ?? '',
  };
}

function parseRedirect(action: PropertyReader): RedirectAction {
  const config = action.object('RedirectConfig');
  return {
    kind: 'redirect',
    status: config?.oneOf('StatusCode', ['HTTP_301', 'HTTP_302']) === 'HTTP_301' ? 301 : 302,
    protocol: config?.optionalString('Protocol') ?? '#{protocol}',
    host: config?.optionalString('Host') ?? '#{host}',
    port: config?.optionalString('Port') ?? '#{port}',
    path: config?.optionalString('Path') ?? '/#{path}',
    query: config?.optionalString('Query') ?? '#{query}',
  };
}
