import { asForm, asNumber, asFlag, asTags, asText, asTexts, printProperties, type Form, type Print } from '../../print-properties.ts';
import type { RestAnswer, RestCall } from '../../rest-json-service.ts';
import { unsupported } from '../../service-error.ts';
import { apiRegister, type LiveApi } from '../live-api.ts';
import { printMethod } from './method-operations.ts';
import { apiOf, page, resourceOf, seconds } from './named-in-call.ts';

/** Quotes of the document come escaped, as text within text. */
const asPolicy: Print = (value) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
};

const endpointForm: Form = {
  types: ['Types', asTexts, ['EDGE']],
  ipAddressType: ['IpAddressType', asText, 'ipv4'],
  vpcEndpointIds: ['VpcEndpointIds', asTexts],
};

/** AG-512 */
const form: Form = {
  description: ['Description', asText],
  binaryMediaTypes: ['BinaryMediaTypes', asTexts],
  minimumCompressionSize: ['MinimumCompressionSize', asNumber],
  apiKeySource: ['ApiKeySourceType', asText, 'HEADER'],
  endpointConfiguration: ['EndpointConfiguration', asForm(endpointForm), { types: ['EDGE'], ipAddressType: 'ipv4' }],
  policy: ['Policy', asPolicy],
  tags: ['Tags', asTags],
  disableExecuteApiEndpoint: ['DisableExecuteApiEndpoint', asFlag, false],
};

export function getRestApis(call: RestCall): RestAnswer {
  return page(apiRegister.all(call.account.directory).map(printApi), call);
}

export function getRestApi(call: RestCall): RestAnswer {
  return { status: 200, body: printApi(apiOf(call)) };
}

function printApi(api: LiveApi): object {
  return {
    id: api.id,
    name: api.name,
    createdDate: seconds(api.createdAt),
    ...printProperties(form, api.template),
    rootResourceId: api.draft.rootId,
  };
}

export function getResources(call: RestCall): RestAnswer {
  const api = apiOf(call);
  const embed = embeds(call);
  return page(
    [...api.draft.resources.values()]
      .toSorted((one, other) => (one.path < other.path ? -1 : 1))
      .map(({ id }) => printResource(api, id, embed)),
    call,
  );
}

export function getResource(call: RestCall): RestAnswer {
  const { api, resource } = resourceOf(call);
  return { status: 200, body: printResource(api, resource.id, embeds(call)) };
}

/** Methods are told by their verbs alone, unless they are asked for. */
function embeds({ query }: RestCall): boolean {
  const wanted = query.getAll('embed');
  const other = wanted.find((name) => name !== 'methods');
  if (other !== undefined) throw unsupported(`embed=${other} is not served here`);
  return wanted.length > 0;
}

function printResource({ draft }: LiveApi, resourceId: string, embed: boolean): object {
  const { id, parentId, pathPart, path } = draft.resources.get(resourceId)!;
  const methods = [...draft.methods.values()].filter((method) => method.resourceId === id);
  return {
    id,
    ...(parentId === undefined ? {} : { parentId, pathPart }),
    path,
    ...(methods.length === 0
      ? {}
      : { resourceMethods: Object.fromEntries(methods.map((method) => [method.verb, embed ? printMethod(method) : {}])) }),
  };
}
