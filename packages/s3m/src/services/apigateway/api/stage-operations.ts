import { PropertyReader } from '../../property-reader.ts';
import type { LiveApi } from '../live-api.ts';
import { decodePath } from '../method-settings.ts';
import type { ServedStage } from '../served-stage.ts';
import { madeResources } from '../../made-resources.ts';
import { asTags, asText, printProperties } from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { unsupported } from '../../service-error.ts';
import { notFound, one } from '../../rest-answers.ts';
import { apiOf, page, seconds } from './named-in-call.ts';

/** Not in pages, on AWS neither. */
export function getStages(call: RestCall): RestAnswer {
  const deploymentId = call.query.get('deploymentId');
  const stages = apiOf(call).servedStages.filter(({ snapshot }) => deploymentId === null || snapshot.deploymentId === deploymentId);
  return { status: 200, body: { item: stages.map(showStage) } };
}

export function getStage(call: RestCall): RestAnswer {
  return { status: 200, body: showStage(stageOf(call).stage) };
}

/** AG-114: of every authorizer of the stage. */
export function flushStageAuthorizersCache(call: RestCall): RestAnswer {
  const { api, stage } = stageOf(call);
  api.flushAuthorizers(stage.name);
  return { status: 202 };
}

/** AG-448 */
export function flushStageCache(call: RestCall): RestAnswer {
  stageOf(call).stage.flushAnswers();
  return { status: 202 };
}

function stageOf(call: RestCall): { readonly api: LiveApi; readonly stage: ServedStage } {
  const api = apiOf(call);
  const stage = api.servedStages.find(({ name }) => name === call.path['stage_name']);
  if (stage === undefined) throw notFound('Invalid stage identifier specified');
  return { api, stage };
}

function showStage({ name, snapshot, variables, canary, tracing, responseCache, times, template }: ServedStage): object {
  const reader = new PropertyReader(template);
  const description = reader.optionalString('Description');
  const certificate = reader.optionalString('ClientCertificateId');
  const accessLog = reader.object('AccessLogSetting');
  return {
    deploymentId: snapshot.deploymentId,
    stageName: name,
    ...(description === undefined ? {} : { description }),
    cacheClusterEnabled: responseCache !== undefined,
    cacheClusterStatus: responseCache === undefined ? 'NOT_AVAILABLE' : 'AVAILABLE',
    ...(responseCache === undefined ? {} : { cacheClusterSize: reader.optionalString('CacheClusterSize') ?? '0.5' }),
    methodSettings: Object.fromEntries(reader.objects('MethodSettings').map(showMethodSetting)),
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    ...(accessLog === undefined
      ? {}
      : { accessLogSettings: { format: accessLog.optionalString('Format'), destinationArn: accessLog.optionalString('DestinationArn') } }),
    ...(certificate === undefined ? {} : { clientCertificateId: certificate }),
    ...(canary === undefined
      ? {}
      : {
          canarySettings: {
            percentTraffic: canary.percentTraffic,
            deploymentId: canary.stage.snapshot.deploymentId,
            stageVariableOverrides: canary.stage.variables,
            useStageCache: responseCache !== undefined && canary.stage.responseCache === responseCache,
          },
        }),
    tracingEnabled: tracing,
    ...printProperties({ documentationVersion: ['DocumentationVersion', asText], tags: ['Tags', asTags] }, template),
    createdDate: seconds(times.created),
    lastUpdatedDate: seconds(times.updated),
  };
}

/** By path and verb, `~1weather/GET`; what the template does not say has AWS's defaults. */
function showMethodSetting(setting: PropertyReader): [string, object] {
  const path = decodePath(setting.optionalString('ResourcePath') ?? '/*');
  const logging = setting.optionalString('LoggingLevel');
  return [
    `${path === '*' ? '*' : path.replaceAll('~', '~0').replaceAll('/', '~1')}/${setting.optionalString('HttpMethod') ?? '*'}`,
    {
      metricsEnabled: setting.boolean('MetricsEnabled', false),
      ...(logging === undefined ? {} : { loggingLevel: logging }),
      dataTraceEnabled: setting.boolean('DataTraceEnabled', false),
      throttlingBurstLimit: setting.integer('ThrottlingBurstLimit', 5000),
      throttlingRateLimit: setting.number('ThrottlingRateLimit', 10_000),
      cachingEnabled: setting.boolean('CachingEnabled', false),
      cacheTtlInSeconds: setting.integer('CacheTtlInSeconds', 300),
      cacheDataEncrypted: setting.boolean('CacheDataEncrypted', false),
      requireAuthorizationForCacheControl: true,
      unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
    },
  ];
}

export function getDeployments(call: RestCall): RestAnswer {
  return page(deploymentsOf(call), call);
}

export function getDeployment(call: RestCall): RestAnswer {
  if (call.query.has('embed')) throw unsupported('embed of GetDeployment is not served here');
  return one(
    deploymentsOf(call).find(({ id }) => id === call.path['deployment_id']),
    'Invalid Deployment identifier specified',
  );
}

function deploymentsOf(call: RestCall): { readonly id: string }[] {
  const made = madeResources(call.account.directory, 'AWS::ApiGateway::Deployment');
  return apiOf(call).deployments.map(({ id, createdAt }) => {
    const properties = made.find(({ ref }) => ref === id)?.properties ?? {};
    return { id, ...printProperties({ description: ['Description', asText] }, properties), createdDate: seconds(createdAt) };
  });
}
