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
import { usageRegisterOf } from './usage/usage-register.ts';

/** A key that callers send, and that counts for what usage plans say of it (area T). */
export const apiKey: ResourceType = {
  type: 'AWS::ApiGateway::ApiKey',
  scope: 'simulated',
  properties: {
    Enabled: 'simulated',
    Value: 'simulated',
    Name: { inert: 'a name for people' },
    Description: { inert: 'text for people' },
    CustomerId: { inert: 'for sales on AWS Marketplace' },
    GenerateDistinctId: { inert: "a key's id is always another than its value" },
    StageKeys: { inert: 'lets nobody in on AWS either, since usage plans say for which stages a key is' },
    Tags: { inert: 'tags have no effect' },
  },
  attributes: ['APIKeyId'],
  replacedBy: ['Value', 'Name', 'CustomerId', 'GenerateDistinctId'],
  check,
  create,
};

/** AG-415 */
function check({ Value: value }: Properties): readonly Finding[] {
  if (typeof value !== 'string' || isUnresolved(value)) return [];
  if (value.length < 20) return [invalid('Value', 'API Key value should be at least 20 characters')];
  if (value.length > 128) return [invalid('Value', 'API Key value exceeds maximum size of 128 characters')];
  return [];
}

async function create(context: ResourceContext): Promise<Resource> {
  const register = usageRegisterOf(context.account.directory);
  const id = context.physicalId(10, 'base36');
  const put = ({ properties }: Pick<ResourceContext, 'properties'>): void => {
    const reader = new PropertyReader(properties);
    const value = reader.optionalString('Value') ?? context.physicalId(40, 'base36', 'value');
    const [finding] = check({ Value: value });
    if (finding !== undefined) throw new ResourceFailure(finding.message, { property: 'Value' });
    const enabled = reader.boolean('Enabled', false); // AG-532
    if (!register.putKey({ id, value, enabled })) throw new ResourceFailure('API Key already exists', { property: 'Value' });
  };
  put(context);
  const resource: Resource = {
    ref: id,
    attributes: { APIKeyId: id },
    update: async (next) => {
      put(next);
      return resource;
    },
    delete: () => Promise.resolve(register.removeKey(id)),
  };
  return resource;
}
