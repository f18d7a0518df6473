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
import { invalid } from './finding.ts';
import { findApi } from './live-api.ts';

/** Which stage answers for a beginning of a custom domain's paths (AG-012 to AG-016, AG-535). Acts at once (AG-023). */
export const basePathMapping: ResourceType = {
  type: 'AWS::ApiGateway::BasePathMapping',
  scope: 'simulated',
  properties: { DomainName: 'simulated', BasePath: 'simulated', RestApiId: 'simulated', Stage: 'simulated' },
  required: ['DomainName'],
  attributes: [],
  replacedBy: ['DomainName', 'BasePath'],
  check,
  create,
};

/** AG-015, AG-016 */
function check({ BasePath: path, RestApiId: id }: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  if (id === undefined) findings.push(invalid('RestApiId', 'Invalid REST API identifier specified'));
  if (typeof path !== 'string' || isUnresolved(path)) return findings;
  if (path.includes('/')) {
    findings.push(
      invalid(
        'BasePath',
        "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
      ),
    );
  } else if (path !== '(none)' && !/^[a-zA-Z0-9$\-_.+!*'()]{0,300}$/.test(path)) {
    findings.push(invalid('BasePath', `Base path only allows letters, digits and $-_.+!*'(): ${path}`));
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const reader = new PropertyReader(context.properties);
  const name = reader.string('DomainName').toLowerCase();
  const basePath = basePathOf(reader);
  let target = targetOf(context);
  const unmap = mapBasePath(context, { domainName: name, basePath, property: 'BasePath' }, (exchange, address) =>
    target.api.handleAt(exchange, address, target.stage),
  );
  const resource: Resource = {
    ref: `${name}|${basePath === '' ? '(none)' : basePath}`,
    attributes: {},
    update: async (next) => {
      target = targetOf(next);
      return resource;
    },
    delete: () => Promise.resolve(unmap()),
  };
  return resource;
}

/** AG-013 */
function basePathOf(reader: PropertyReader): string {
  const path = reader.optionalString('BasePath') ?? '';
  return path === '(none)' ? '' : path;
}

function targetOf({ properties, account }: Pick<ResourceContext, 'properties' | 'account'>): {
  readonly api: NonNullable<ReturnType<typeof findApi>>;
  readonly stage: string | undefined;
} {
  const reader = new PropertyReader(properties);
  const api = findApi(account.directory, reader.string('RestApiId'));
  if (api === undefined) throw new ResourceFailure('Invalid REST API identifier specified', { property: 'RestApiId' });
  if (api.isPrivate) throw new ResourceFailure('Private APIs cannot be mapped to public custom domain names', { property: 'RestApiId' });
  const stage = reader.optionalString('Stage');
  if (stage !== undefined && !api.hasStage(stage)) throw new ResourceFailure('Invalid stage identifier specified', { property: 'Stage' });
  return { api, stage };
}
