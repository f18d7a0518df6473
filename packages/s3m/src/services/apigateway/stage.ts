import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';
import { apiOf, asResourceFailure } from './belongs-to-api.ts';
import { findClientCertificate } from './client-certificates.ts';
import { isUnresolved, listOf } from '../known-value.ts';
import { invalid } from './finding.ts';
import type { LiveApi } from './live-api.ts';
import { checkCanary, checkVariables } from './canary.ts';
import { checkAccessLog } from '../access-log-setting.ts';
import { parseStageSettings } from './stage-settings.ts';

/** A name under which a deployment is served (AG-525). */
export const stage: ResourceType = {
  type: 'AWS::ApiGateway::Stage',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    DeploymentId: 'simulated',
    StageName: 'simulated',
    Variables: 'simulated',
    'CanarySetting.DeploymentId': 'simulated',
    'CanarySetting.PercentTraffic': 'simulated',
    'CanarySetting.StageVariableOverrides': 'simulated',
    'CanarySetting.UseStageCache': 'simulated',
    Description: { inert: 'text for people' },
    DocumentationVersion: { inert: 'documentation is not served' },
    'AccessLogSetting.DestinationArn': 'simulated',
    'AccessLogSetting.Format': 'simulated',
    TracingEnabled: 'simulated',
    CacheClusterEnabled: 'simulated',
    CacheClusterSize: { inert: 'the cache keeps up to 64 MB' },
    ClientCertificateId: 'simulated',
    'MethodSettings.ResourcePath': 'simulated',
    'MethodSettings.HttpMethod': 'simulated',
    'MethodSettings.LoggingLevel': 'simulated',
    'MethodSettings.DataTraceEnabled': 'simulated',
    'MethodSettings.CachingEnabled': 'simulated',
    'MethodSettings.CacheTtlInSeconds': 'simulated',
    'MethodSettings.CacheDataEncrypted': { inert: 'the cache is in memory' },
    'MethodSettings.MetricsEnabled': { inert: 'there are no metrics' },
    'MethodSettings.ThrottlingRateLimit': 'simulated',
    'MethodSettings.ThrottlingBurstLimit': 'simulated',
    Tags: { inert: 'tags have no effect' },
  },
  required: ['RestApiId'],
  attributes: [],
  replacedBy: ['RestApiId', 'StageName'],
  check,
  create,
};

function check({
  StageName: name,
  Variables: variables,
  CanarySetting: canary,
  AccessLogSetting: accessLog,
  MethodSettings: methods,
}: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  if (typeof name === 'string' && !isUnresolved(name) && !/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
    // AG-008
    findings.push({ property: 'StageName', kind: 'invalid', message: 'Stage name only allows a-zA-Z0-9-_' });
  }
  findings.push(...checkVariables(variables, 'Variables'), ...checkCanary(canary), ...checkAccessLog(accessLog, 'AccessLogSetting'));
  for (const [index, { CacheTtlInSeconds: ttl }] of listOf(methods).entries()) {
    // AG-448
    if (ttl === undefined || isUnresolved(ttl) || (Number(ttl) >= 0 && Number(ttl) <= 3600)) continue;
    findings.push(invalid(`MethodSettings[${index}].CacheTtlInSeconds`, 'Invalid cache TTL, must be between 0 and 3600'));
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  const name = new PropertyReader(context.properties).optionalString('StageName') ?? 'default';
  if (api.hasStage(name)) throw new ResourceFailure('Stage already exists', { property: 'StageName' });
  serve(context, api, name);
  const resource: Resource = {
    ref: name,
    attributes: {},
    update: async (next) => {
      serve(next, api, name);
      return resource;
    },
    delete: () => Promise.resolve(api.removeStage(name)),
  };
  return resource;
}

function serve({ account, properties }: ResourceContext, api: LiveApi, name: string): void {
  const reader = new PropertyReader(properties);
  const deploymentId = reader.string('DeploymentId');
  const settings = parseStageSettings(reader);
  requireDeployment(api, deploymentId, 'DeploymentId');
  if (settings.canary?.deploymentId !== undefined) requireDeployment(api, settings.canary.deploymentId, 'CanarySetting.DeploymentId');
  const { clientCertificateId: certificate } = settings;
  if (certificate !== undefined && findClientCertificate(account.directory, certificate) === undefined)
    throw new ResourceFailure('Invalid Client Certificate identifier specified', { property: 'ClientCertificateId' });
  asResourceFailure(() => api.serve(name, deploymentId, settings));
}

function requireDeployment(api: LiveApi, deploymentId: string, property: string): void {
  if (!api.hasDeployment(deploymentId)) {
    throw new ResourceFailure('Invalid Deployment identifier specified', {
      property,
      fix: 'Name an AWS::ApiGateway::Deployment of the same API with Ref.',
    });
  }
}
