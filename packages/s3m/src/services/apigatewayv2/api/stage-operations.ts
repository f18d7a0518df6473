import { asFlag, asForm, asMap, asNumber, asTags, asText, asTextMap, printProperties, type Form } from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import type { LiveHttpApi } from '../live-http-api.ts';
import { one } from '../../rest-answers.ts';
import { apiOf, page, partsOf, stageNameOf, time } from './named-in-call.ts';

const routeSettings: Form = {
  detailedMetricsEnabled: ['DetailedMetricsEnabled', asFlag, false],
  throttlingBurstLimit: ['ThrottlingBurstLimit', asNumber],
  throttlingRateLimit: ['ThrottlingRateLimit', asNumber],
};

const form: Form = {
  accessLogSettings: ['AccessLogSettings', asForm({ destinationArn: ['DestinationArn', asText], format: ['Format', asText] })],
  autoDeploy: ['AutoDeploy', asFlag],
  defaultRouteSettings: ['DefaultRouteSettings', asForm(routeSettings), { detailedMetricsEnabled: false }],
  deploymentId: ['DeploymentId', asText],
  description: ['Description', asText],
  routeSettings: ['RouteSettings', asMap(asForm(routeSettings)), {}],
  stageVariables: ['StageVariables', asTextMap, {}],
  tags: ['Tags', asTags, {}],
};

export function getStages(call: RestCall): RestAnswer {
  const api = apiOf(call);
  return page(
    api.stages.map((name) => printStage(call, api, name)),
    call,
  );
}

export function getStage(call: RestCall): RestAnswer {
  const api = apiOf(call);
  return { status: 200, body: printStage(call, api, stageNameOf(api, call)) };
}

/** The stage of quick create has no resource of its own. */
function printStage(call: RestCall, api: LiveHttpApi, name: string): object {
  const own = partsOf(call, api, 'AWS::ApiGatewayV2::Stage').find(({ ref }) => ref === name);
  const now = call.account.clock.now();
  return {
    ...(own === undefined ? { apiGatewayManaged: true } : {}),
    createdDate: time(own?.madeAt ?? now),
    lastUpdatedDate: time(own?.changedAt ?? now),
    stageName: name,
    ...printProperties(form, own?.properties ?? { AutoDeploy: true }),
  };
}

export function getDeployments(call: RestCall): RestAnswer {
  return page(deploymentsOf(call), call);
}

export function getDeployment(call: RestCall): RestAnswer {
  return one(
    deploymentsOf(call).find(({ deploymentId }) => deploymentId === call.path['deploymentId']),
    'Invalid Deployment identifier specified',
  );
}

function deploymentsOf(call: RestCall): { readonly deploymentId: string }[] {
  return partsOf(call, apiOf(call), 'AWS::ApiGatewayV2::Deployment').map(({ ref, properties, madeAt }) => ({
    autoDeployed: false,
    createdDate: time(madeAt),
    deploymentId: ref,
    deploymentStatus: 'DEPLOYED',
    ...printProperties({ description: ['Description', asText] }, properties),
  }));
}

/** What its Lambda authorizers answered counts no longer. */
export function resetAuthorizersCache(call: RestCall): RestAnswer {
  const api = apiOf(call);
  api.flushAuthorizers(stageNameOf(api, call));
  return { status: 204 };
}
