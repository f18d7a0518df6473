import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType } from '../resource-type.ts';
import { apiOf, asResourceFailure } from './belongs-to-api.ts';
import { isUnresolved } from '../known-value.ts';

/** A segment of an API's paths (AG-517). */
export const resource: ResourceType = {
  type: 'AWS::ApiGateway::Resource',
  scope: 'simulated',
  properties: { RestApiId: 'simulated', ParentId: 'simulated', PathPart: 'simulated' },
  required: ['RestApiId', 'ParentId', 'PathPart'],
  attributes: ['ResourceId'],
  replacedBy: ['*'],
  check,
  create,
};

/** AG-058 */
function check({ PathPart: part }: Properties): readonly Finding[] {
  if (typeof part !== 'string' || isUnresolved(part) || /^(?:[a-zA-Z0-9._:,~$-]+|\{[a-zA-Z0-9._:-]+\+?\})$/.test(part)) return [];
  const message =
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.";
  return [{ property: 'PathPart', kind: 'invalid', message, fix: 'Write one segment, such as weather, {id} or {proxy+}.' }];
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  const reader = new PropertyReader(context.properties);
  const id = context.physicalId(6, 'base36');
  asResourceFailure(() => api.draft.addResource(id, reader.string('ParentId'), reader.string('PathPart')));
  return {
    ref: id,
    attributes: { ResourceId: id },
    delete: () => Promise.resolve(api.draft.removeResource(id)),
  };
}
