import { checkAccessLog, parseAccessLog } from '../access-log-setting.ts';
import { isObject, isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { httpApiOf } from './belongs-to-http-api.ts';
import type { LiveHttpApi } from './live-http-api.ts';
import { AccessLog } from './logging/access-log.ts';
import { Throttle, type ThrottleSettings } from './request/throttle.ts';
import type { StageSettings } from './served-stage.ts';

/** A name under which an HTTP API is served; `$default` is served without one in the path (AG-549, AG-559). */
export const httpStage: ResourceType = {
  type: 'AWS::ApiGatewayV2::Stage',
  scope: 'simulated',
  properties: {
    ApiId: 'simulated',
    StageName: 'simulated',
    AutoDeploy: 'simulated',
    DeploymentId: 'simulated',
    StageVariables: 'simulated',
    'DefaultRouteSettings.ThrottlingBurstLimit': 'simulated',
    'DefaultRouteSettings.ThrottlingRateLimit': 'simulated',
    'DefaultRouteSettings.DetailedMetricsEnabled': { inert: 'there are no metrics' },
    RouteSettings: 'simulated',
    AccessLogSettings: 'simulated',
    Description: { inert: 'text for people' },
    Tags: { inert: 'tags have no effect' },
  },
  required: ['ApiId', 'StageName'],
  attributes: ['Id'],
  replacedBy: ['ApiId', 'StageName'],
  check,
  create,
};

function check(properties: Properties): readonly Finding[] {
  const { StageName: name, StageVariables: variables, AutoDeploy: auto, DeploymentId: deployment } = properties;
  const findings = checkAccessLog(properties['AccessLogSettings'], 'AccessLogSettings');
  if (typeof name === 'string' && !isUnresolved(name) && name !== '$default' && !/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
    findings.push({ property: 'StageName', kind: 'invalid', message: 'Stage name only allows a-zA-Z0-9-_' }); // AG-008
  }
  if ((auto === true || auto === 'true') && deployment !== undefined) {
    const message = 'DeploymentId cannot be set together with AutoDeploy';
    findings.push({ property: 'DeploymentId', kind: 'invalid', message, fix: 'Leave out one of the two.' });
  }
  for (const [key, value] of Object.entries(isObject(variables) ? variables : {})) {
    // AG-460, AG-436
    if (!/^\w{1,64}$/.test(key) || (typeof value === 'string' && !isUnresolved(value) && !/^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/.test(value))) {
      const message = `Stage variable ${key} has characters that are not allowed in names or values`;
      findings.push({ property: `StageVariables.${key}`, kind: 'invalid', message });
    }
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = httpApiOf(context);
  const name = new PropertyReader(context.properties).string('StageName');
  if (api.hasStage(name)) throw new ResourceFailure('Stage already exists', { property: 'StageName' });
  api.setStage(name, parse(context, api));
  const resource: Resource = {
    ref: name,
    attributes: { Id: name },
    update: async (next) => {
      api.setStage(name, parse(next, api));
      return resource;
    },
    delete: () => Promise.resolve(api.removeStage(name)),
  };
  return resource;
}

function parse({ properties, account }: Pick<ResourceContext, 'properties' | 'account'>, api: LiveHttpApi): StageSettings {
  const reader = new PropertyReader(properties);
  const deploymentId = reader.optionalString('DeploymentId');
  if (deploymentId !== undefined && !api.hasDeployment(deploymentId)) {
    throw new ResourceFailure('Invalid Deployment identifier specified', {
      property: 'DeploymentId',
      fix: 'Name an AWS::ApiGatewayV2::Deployment of the same API with Ref.',
    });
  }
  const accessLog = parseAccessLog(reader.object('AccessLogSettings'), 'AccessLogSettings');
  const routes = reader.object('RouteSettings');
  const routeKeys = Object.keys(isObject(properties['RouteSettings']) ? properties['RouteSettings'] : {});
  return {
    variables: reader.stringMap('StageVariables'),
    throttle: new Throttle(
      toThrottle(reader.object('DefaultRouteSettings')),
      Object.fromEntries(routeKeys.map((key) => [key, toThrottle(routes?.object(key))])),
      account.clock,
    ),
    accessLog: accessLog && new AccessLog(account, `${api.id}/${reader.string('StageName')}`, accessLog),
    deploymentId,
    autoDeploy: reader.boolean('AutoDeploy', false),
  };
}

function toThrottle(settings: PropertyReader | undefined): ThrottleSettings {
  const rate = settings?.optionalString('ThrottlingRateLimit');
  const burstLimit = settings?.optionalInteger('ThrottlingBurstLimit');
  return { ...(rate === undefined ? {} : { rateLimit: Number(rate) }), ...(burstLimit === undefined ? {} : { burstLimit }) };
}
