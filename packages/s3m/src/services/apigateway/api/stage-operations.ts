import { PropertyReader } from '../../property-reader.ts';
import type { LiveApi } from '../live-api.ts';
import { decodePath } from '../method-settings.ts';
import type { ServedStage } from '../served-stage.ts';
import { apiOfCall, notFound, seconds, type ApiAnswer, type ApiCall } from './api-call.ts';

/** Not in pages, on AWS neither. */
export function getStages(call: ApiCall): ApiAnswer {
  const deploymentId = call.query.get('deploymentId');
  const stages = apiOfCall(call).servedStages.filter(({ snapshot }) => deploymentId === null || snapshot.deploymentId === deploymentId);
  return { item: stages.map(showStage) };
}

export function getStage(call: ApiCall): ApiAnswer {
  return showStage(stageOf(call).stage);
}

/** AG-114: of every authorizer of the stage. */
export function flushStageAuthorizersCache(call: ApiCall): ApiAnswer {
  const { api, stage } = stageOf(call);
  api.flushAuthorizers(stage.name);
  return undefined;
}

/** AG-448 */
export function flushStageCache(call: ApiCall): ApiAnswer {
  stageOf(call).stage.flushAnswers();
  return undefined;
}

function stageOf(call: ApiCall): { readonly api: LiveApi; readonly stage: ServedStage } {
  const api = apiOfCall(call);
  const stage = api.servedStages.find(({ name }) => name === call.path[1]);
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
