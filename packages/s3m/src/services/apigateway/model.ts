import { isObject, isUnresolved } from '../known-value.ts';
import { PropertyReader } from '../property-reader.ts';
import type { Finding, Properties, Resource, ResourceContext, ResourceType, Value } from '../resource-type.ts';
import { apiOf, asResourceFailure } from './belongs-to-api.ts';
import { invalid } from './finding.ts';
import type { ModelDefinition } from './validation/model-definition.ts';

/** A JSON Schema of draft 4 by which request bodies are checked (AG-408 to AG-411, AG-530). */
export const model: ResourceType = {
  type: 'AWS::ApiGateway::Model',
  scope: 'simulated',
  properties: {
    RestApiId: 'simulated',
    Name: 'simulated',
    ContentType: 'simulated',
    Description: { inert: 'text for people' },
    Schema: 'simulated',
  },
  required: ['RestApiId'],
  attributes: [],
  replacedBy: ['RestApiId', 'Name', 'ContentType'],
  check,
  create,
};

/** AG-410 */
function check({ Name: name, Schema: schema }: Properties): readonly Finding[] {
  const findings: Finding[] = [];
  if (typeof name === 'string' && !isUnresolved(name) && !/^[a-zA-Z0-9]+$/.test(name)) {
    findings.push(invalid('Name', `Model name must be alphanumeric: ${name}`, 'Use letters and digits only.'));
  }
  if (schema === undefined || (isObject(schema) && Object.keys(schema).length === 0)) {
    findings.push(invalid('Schema', 'Model schema must have at least 1 property or array items defined'));
  }
  return findings;
}

async function create(context: ResourceContext): Promise<Resource> {
  const api = apiOf(context);
  let definition = parse(context);
  asResourceFailure(() => api.draft.addModel(definition));
  const resource: Resource = {
    ref: definition.name,
    attributes: {},
    update: async (next) => {
      definition = parse(next);
      api.draft.putModel(definition);
      return resource;
    },
    delete: () => Promise.resolve(api.draft.removeModel(definition)),
  };
  return resource;
}

function parse(context: Pick<ResourceContext, 'properties' | 'name' | 'physicalId'>): ModelDefinition {
  const reader = new PropertyReader(context.properties);
  return {
    logicalId: context.name.logicalId,
    name: reader.optionalString('Name') ?? context.physicalId(12, 'hex'),
    description: reader.optionalString('Description'),
    contentType: reader.optionalString('ContentType') ?? 'application/json',
    schema: parseSchema(reader.raw('Schema')),
  };
}

/** CloudFormation takes an object, or its JSON as text. */
function parseSchema(schema: Value | undefined): Value {
  if (typeof schema !== 'string') return schema ?? {};
  try {
    return JSON.parse(schema) as Value;
  } catch {
    return {};
  }
}
