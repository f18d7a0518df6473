import { apiRegister, type LiveApi } from '../live-api.ts';
import type { ResourceDefinition } from '../draft.ts';
import { apiOfCall, listed, notFound, seconds, type ApiAnswer, type ApiCall } from './api-call.ts';

export function getRestApis(call: ApiCall): ApiAnswer {
  return listed([...apiRegister.all(call.account.directory)].map(showApi), call);
}

export function getRestApi(call: ApiCall): ApiAnswer {
  return showApi(apiOfCall(call));
}

/** AG-512 */
function showApi({ id, template, createdAt, draft, endpointIds, name }: LiveApi): object {
  const { settings, policy } = draft;
  const { Description: description, EndpointConfiguration: endpoint } = template;
  return {
    id,
    name,
    ...(typeof description === 'string' ? { description } : {}),
    createdDate: seconds(createdAt),
    apiKeySource: settings.apiKeySource,
    ...(settings.binaryMediaTypes.length === 0 ? {} : { binaryMediaTypes: settings.binaryMediaTypes }),
    ...(settings.minimumCompressionSize === undefined ? {} : { minimumCompressionSize: settings.minimumCompressionSize }),
    endpointConfiguration: {
      types: typesOf(endpoint),
      ipAddressType: 'ipv4',
      ...(endpointIds.length === 0 ? {} : { vpcEndpointIds: endpointIds }),
    },
    // As AWS has it: the JSON with its quotes escaped once more.
    ...(policy === undefined ? {} : { policy: JSON.stringify(JSON.stringify(policy)).slice(1, -1) }),
    disableExecuteApiEndpoint: draft.disabled,
    rootResourceId: draft.rootId,
  };
}

function typesOf(endpoint: unknown): unknown {
  const types = typeof endpoint === 'object' && endpoint !== null && 'Types' in endpoint ? endpoint.Types : undefined;
  return Array.isArray(types) && types.length > 0 ? types : ['EDGE'];
}

export function getResources(call: ApiCall): ApiAnswer {
  const api = apiOfCall(call);
  const resources = [...api.draft.resources.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  return listed(
    resources.map((resource) => showResource(api, resource)),
    call,
  );
}

export function getResource(call: ApiCall): ApiAnswer {
  const api = apiOfCall(call);
  const resource = api.draft.resources.get(call.path[1]!);
  if (resource === undefined) throw notFound('Invalid Resource identifier specified');
  return showResource(api, resource);
}

/** With the verbs that it has, as AWS tells them where nobody asks to embed the methods. */
function showResource({ draft }: LiveApi, { id, parentId, pathPart, path }: ResourceDefinition): object {
  const verbs = [...draft.methods.values()].filter(({ resourceId }) => resourceId === id).map(({ verb }) => verb);
  return {
    id,
    ...(parentId === undefined ? {} : { parentId, pathPart }),
    path,
    ...(verbs.length === 0 ? {} : { resourceMethods: Object.fromEntries(verbs.map((verb) => [verb, {}])) }),
  };
}

export function getDeployments(call: ApiCall): ApiAnswer {
  return listed(apiOfCall(call).deployments.map(showDeployment), call);
}

export function getDeployment(call: ApiCall): ApiAnswer {
  const deployment = apiOfCall(call).deployments.find(({ id }) => id === call.path[1]);
  if (deployment === undefined) throw notFound('Invalid Deployment identifier specified');
  return showDeployment(deployment);
}

function showDeployment({ id, createdAt }: LiveApi['deployments'][number]): object {
  return { id, createdDate: seconds(createdAt) };
}
