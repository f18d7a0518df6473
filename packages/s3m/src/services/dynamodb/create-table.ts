import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../../capabilities/table.ts';
import type { Account } from '../account.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Properties, type Resource, type ResourceContext, type Value } from '../resource-type.ts';
import { ServiceError } from '../service-error.ts';
import { checkPolicy } from './table-policies.ts';
import { dynamoDbOf } from './dynamodb-service.ts';
import { dropTable, LiveTable } from './live-table.ts';
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
  if (given !== undefined && context.replacing && (await service.hasTable(given))) {
    throw new ResourceFailure(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${given} and update the stack again.`,
      { property: 'TableName', fix: 'Give the table another name, or none.' },
    );
  }
  const name = given ?? context.physicalName();
  const arn = `arn:${account.partition}:dynamodb:${account.region}:${account.id}:table/${name}`;
  let metadata = readTableMetadata(context);
  if (kind === 'global-table') checkReplica(properties, account);
  const definition = readTableDefinition(properties, name, kind);
  if (context.kept === 'unfinished') await dropTable(service, name);
  const table = (await takeOver()) ?? (await createNew());
  table.describeRoles(metadata.roles);
  await putPolicy(context);
  await setTimeToLive(properties, context.kept === undefined || context.kept === 'unfinished' ? undefined : context.kept.properties);

  /** What an earlier engine kept. Of the seed only what it did not have then is put. */
  async function takeOver(): Promise<LiveTable | undefined> {
    const { kept } = context;
    if (kept === undefined || kept === 'unfinished' || !(await service.hasTable(name))) return undefined;
    const former = LiveTable.adopt(service, readTableDefinition(new PropertyReader(kept.properties), name, kind), arn);
    await former.update(definition);
    await former.seed(itemsMissing(metadata.seed, readTableMetadata({ ...context, metadata: kept.metadata }).seed));
    return former;
  }

  async function createNew(): Promise<LiveTable> {
    const created = await LiveTable.create(service, definition, arn);
    try {
      await created.seed(metadata.seed);
    } catch (error) {
      await created.delete();
      throw error;
    }
    return created;
  }

  /** AWS would refuse a document that is no policy, too. */
  async function putPolicy(next: ResourceContext): Promise<void> {
    const document = policyOf(new PropertyReader(next.properties), kind);
    if (document === undefined) await service.policies.delete(arn);
    else await service.policies.put(arn, document);
  }

  /** What the template says anew; what the API has changed since stays. */
  async function setTimeToLive(next: PropertyReader, before: Properties | undefined): Promise<void> {
    const wanted = readTimeToLive(next);
    const former = before === undefined ? undefined : readTimeToLive(new PropertyReader(before));
    if (wanted === former) return;
    if (wanted !== undefined && former !== undefined) {
      throw new ResourceFailure(`TimeToLive is active on a different AttributeName: current AttributeName is ${former}`, {
        property: 'TimeToLiveSpecification.AttributeName',
        fix: 'Disable it in one deployment, and enable it for the other attribute in the next.',
      });
    }
    await service.timeToLive.set(name, wanted);
  }

  let current = context.properties;
  const withdraw = account.directory.provide('table', name, table);
  const resource: Resource = {
    ref: name,
    attributes: attributes(arn),
    async update(next) {
      const changed = readTableMetadata(next);
      if (kind === 'global-table') checkReplica(new PropertyReader(next.properties), account);
      await table.update(readTableDefinition(new PropertyReader(next.properties), name, kind));
      table.describeRoles(changed.roles);
      await putPolicy(next);
      await setTimeToLive(new PropertyReader(next.properties), current);
      current = next.properties;
      // What a person or a service has changed stays; what the seed says anew is put.
      await table.seed(itemsMissing(changed.seed, metadata.seed));
      metadata = changed;
      return resource;
    },
    async reset() {
      const items = await table.empty();
      await table.seed(metadata.seed);
      return { items };
    },
    async delete() {
      withdraw();
      await service.forget(name);
      await table.delete();
    },
    stopNow: () => Promise.resolve(withdraw()),
  };
  return resource;
}

/** CFN-076 @throws ResourceFailure when the one replica is in another region than the stack */
function checkReplica(properties: PropertyReader, { region }: Account): void {
  const given = properties.objects('Replicas').map((replica) => replica.string('Region'));
  if (given.includes(region)) return;
  throw new ResourceFailure(`Replicas must have one in the region of the stack, ${region}. They are in ${given.join(', ') || 'none'}`, {
    property: 'Replicas',
    fix: 'Name the region with Ref: AWS::Region.',
  });
}

/** Of a global table the policy stands at its one replica. @throws ResourceFailure */
function policyOf(properties: PropertyReader, kind: 'table' | 'global-table'): string | undefined {
  const owner = kind === 'table' ? properties : properties.objects('Replicas')[0];
  const document = owner?.object('ResourcePolicy')?.raw('PolicyDocument');
  if (document === undefined) return undefined;
  try {
    return checkPolicy(typeof document === 'string' ? document : JSON.stringify(document));
  } catch (error) {
    if (error instanceof ServiceError)
      throw new ResourceFailure(error.message, { property: 'ResourcePolicy.PolicyDocument', cause: error });
    throw error;
  }
}

/** The attribute that says when an item expires; undefined when none does. @throws ResourceFailure */
function readTimeToLive(properties: PropertyReader): string | undefined {
  const specification = properties.object('TimeToLiveSpecification');
  if (specification?.boolean('Enabled', false) !== true) return undefined;
  return specification.string('AttributeName');
}

/** Deletes the table that a resource of either type left in the state. */
export async function forgetTable(account: Account, name: string): Promise<void> {
  const service = dynamoDbOf(account);
  await service.forget(name);
  await dropTable(service, name);
}

function itemsMissing(items: readonly Item[], before: readonly Item[]): readonly Item[] {
  return items.filter((item) => !before.some((each) => isDeepStrictEqual(each, item)));
}
