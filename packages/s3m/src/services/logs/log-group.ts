import type { Account } from '../account.ts';
import { keptLogsOf } from './kept-logs.ts';
import { declareLogGroup, findLogGroup } from '../log-groups.ts';
import { PropertyReader } from '../property-reader.ts';
import { ResourceFailure, type Resource, type ResourceContext, type ResourceType } from '../resource-type.ts';

/** A CloudWatch Logs group: the newest events, in memory. */
export const logGroup: ResourceType = {
  type: 'AWS::Logs::LogGroup',
  scope: 'simulated',
  properties: {
    LogGroupName: 'simulated',
    RetentionInDays: 'simulated',
    DataProtectionPolicy: { inert: 'log events are shown as they were written' },
    DeletionProtectionEnabled: { inert: 'groups live as long as the engine' },
    FieldIndexPolicies: { inert: 'there are no queries' },
    KmsKeyId: { inert: 'readers see no difference' },
    LogGroupClass: { inert: 'a price class' },
    Tags: 'simulated',
  },
  attributes: ['Arn'],
  replacedBy: ['LogGroupName'],
  create,
  async forget(account, name) {
    findLogGroup(account.directory, name)?.withdraw?.();
    await keptLogsOf(account)?.flush();
  },
};

async function create(context: ResourceContext): Promise<Resource> {
  const { account } = context;
  const name = new PropertyReader(context.properties).optionalString('LogGroupName') ?? context.physicalName({ max: 512 });
  const withdraw = declareLogGroup(account.directory, name);
  if (withdraw === undefined) {
    const identifier = JSON.stringify({ '/properties/LogGroupName': name });
    throw new ResourceFailure(`Resource of type 'AWS::Logs::LogGroup' with identifier '${identifier}' already exists.`, {
      property: 'LogGroupName',
      fix: 'Give each log group a name of its own, or none.',
    });
  }
  const describe = ({ properties }: ResourceContext): Resource => {
    describeGroup(account, name, new PropertyReader(properties));
    return resource;
  };
  const resource: Resource = {
    ref: name,
    // CFN-040: with `:*`, as policies want it.
    attributes: { Arn: `arn:${account.partition}:logs:${account.region}:${account.id}:log-group:${name}:*` },
    update: (next) => Promise.resolve(describe(next)),
    async reset() {
      const events = findLogGroup(account.directory, name)?.empty(account.clock.now()) ?? 0;
      await keptLogsOf(account)?.flush();
      return { events };
    },
    async delete() {
      withdraw();
      await keptLogsOf(account)?.flush();
    },
    stopNow: () => Promise.resolve(),
  };
  return describe(context);
}

function describeGroup(account: Account, name: string, properties: PropertyReader): void {
  const group = findLogGroup(account.directory, name);
  if (group === undefined) return;
  group.createdAt ??= account.clock.now();
  group.retentionInDays = properties.optionalInteger('RetentionInDays');
  group.tags = Object.fromEntries(properties.objects('Tags').map((tag) => [tag.string('Key'), tag.string('Value')]));
}
