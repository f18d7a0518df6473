import { findMappedApi, type MappedApi } from '../../gateway/mapped-api.ts';
import { mapBasePath } from '../base-path.ts';
import { isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import {
  ResourceFailure,
  type Finding,
  type Properties,
  type Resource,
  type ResourceContext,
  type ResourceType,
} from '../resource-type.ts';

/** Which stage of a REST or HTTP API answers for a beginning of a custom domain's paths (AG-012 to AG-016, AG-022). Acts at once (AG-023). */
export const apiMapping: ResourceType = {
  type: 'AWS::ApiGatewayV2::ApiMapping',
  scope: 'simulated',
  properties: { ApiId: 'simulated', ApiMappingKey: 'simulated', DomainName: 'simulated', Stage: 'simulated' },
  required: ['ApiId', 'DomainName', 'Stage'],
  attributes: ['ApiMappingId'],
  replacedBy: ['DomainName', 'ApiMappingKey'],
  check,
  create,
};

/** AG-015, AG-016: with slashes, of which none stands at an end. */
function check({ ApiMappingKey: key }: Properties): readonly Finding[] {
  if (typeof key !== 'string' || isUnresolved(key) || /^(?:[a-zA-Z0-9$\-_.+!*'()]+(?:\/[a-zA-Z0-9$\-_.+!*'()]+)*)?$/.test(key)) return [];
  return [{ property: 'ApiMappingKey', kind: 'invalid', message: `API mapping key only allows letters, digits and $-_.+!*'()/: ${key}` }];
}

async function create(context: ResourceContext): Promise<Resource> {
  const reader = new PropertyReader(context.properties);
  const id = context.physicalId(6, 'base36');
  let target = targetOf(context);
  const unmap = mapBasePath(
    context,
    {
      domainName: reader.string('DomainName').toLowerCase(),
      basePath: reader.optionalString('ApiMappingKey') ?? '',
      property: 'ApiMappingKey',
    },
    (exchange, address) => target.api.handleAt(exchange, address, target.stage),
  );
  const resource: Resource = {
    ref: id,
    attributes: { ApiMappingId: id },
    update: async (next) => {
      target = targetOf(next);
      return resource;
    },
    delete: () => Promise.resolve(unmap()),
  };
  return resource;
}

function targetOf({ properties, account }: Pick<ResourceContext, 'properties' | 'account'>): {
  readonly api: MappedApi;
  readonly stage: string;
} {
  const reader = new PropertyReader(properties);
  const id = reader.string('ApiId');
  const api = findMappedApi(account.directory, id);
  if (api === undefined) throw new ResourceFailure(`Invalid API identifier specified ${account.id}:${id}`, { property: 'ApiId' });
  if (api.isPrivate === true)
    throw new ResourceFailure('Private APIs cannot be mapped to public custom domain names', { property: 'ApiId' });
  const stage = reader.string('Stage');
  if (!api.hasStage(stage)) throw new ResourceFailure('Invalid stage identifier specified', { property: 'Stage' });
  return { api, stage };
}
