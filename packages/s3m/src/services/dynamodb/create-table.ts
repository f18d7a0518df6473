import { isDeepStrictEqual } from 'node:util';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type Value } from '../resource-type.ts';
import { dynamoDbOf } from './dynamodb-service.ts';
import { LiveTable } from './live-table.ts';
import { readTableDefinition } from './table-definition.ts';
import { readTableMetadata } from './table-metadata.ts';

/** Creates a table of either resource type with the items of its Metadata. @throws ResourceFailure */
export async function createTable(
  context: ResourceContext,
  kind: 'table' | 'global-table',
  attributes: (arn: string) => Readonly<Record<string, Value>>,
): Promise<Resource> {
  const { account } = context;
  const service = dynamoDbOf(account);
  service.warm();
  const properties = new PropertyReader(context.properties);
  const given = properties.optionalString('TableName');
  if (given !== undefined && context.replacing && account.directory.find('table', given) !== undefined) {
    throw new ResourceFailure(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${given} and update the stack again.`,
      { property: 'TableName', fix: 'Give the table another name, or none.' },
    );
  }
  const name = given ?? context.physicalName();
  const arn = `arn:${account.partition}:dynamodb:${account.region}:${account.id}:table/${name}`;
  let metadata = readTableMetadata(context);
  const table = await LiveTable.create(service, readTableDefinition(properties, name, kind), arn);
  table.describeRoles(metadata.roles);
  try {
    await table.seed(metadata.seed);
  } catch (error) {
    await table.delete();
    throw error;
  }
  const withdraw = account.directory.provide('table', name, table);
  const resource: Resource = {
    ref: name,
    attributes: attributes(arn),
    async update(next) {
      const changed = readTableMetadata(next);
      await table.update(readTableDefinition(new PropertyReader(next.properties), name, kind));
      table.describeRoles(changed.roles);
      // What a person or a service has changed stays; what the seed says anew is put.
      const before = metadata.seed;
      await table.seed(changed.seed.filter((item) => !before.some((each) => isDeepStrictEqual(each, item))));
      metadata = changed;
      return resource;
    },
    async delete() {
      withdraw();
      await table.delete();
    },
  };
  return resource;
}
