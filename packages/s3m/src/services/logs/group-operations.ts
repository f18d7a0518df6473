import { flag, inert, integer, list, mapOf, required, text, unserved } from '../input-shape.ts';
import { operation, type JsonOperation } from '../json-service.ts';
import { findLogGroup, MemoryLogGroup, provideLogGroup } from '../log-groups.ts';
import { pageOf } from '../page.ts';
import { ServiceError } from '../service-error.ts';
import { groupIdentifier, groupName, invalidToken, nameOf, nameOfArn, streamName, tagKeys, type LogsApi } from './logs-api.ts';

const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const tags = mapOf(text({ max: 256 }));
const nextToken = text({ min: 1 });
const limit = integer({ min: 1, max: 50 });

/** Operations on log groups and streams. Source: CloudWatch Logs API Reference. */
export const groupOperations: Readonly<Record<string, JsonOperation<LogsApi>>> = {
  CreateLogGroup: operation(
    {
      logGroupName: required(groupName),
      kmsKeyId: unserved('kmsKeyId of CreateLogGroup (there is no KMS)'),
      tags,
      logGroupClass: inert('a price class'),
      deletionProtectionEnabled: unserved('deletionProtectionEnabled of CreateLogGroup'),
    },
    (api: LogsApi, { logGroupName: name, tags: given = {} }, call) => {
      api.demand(call, name);
      const { directory, clock } = api.account;
      if (directory.find('logGroup', name) !== undefined)
        throw new ServiceError('ResourceAlreadyExistsException', 'The specified log group already exists');
      const group = new MemoryLogGroup(name);
      group.createdAt = clock.now();
      group.tags = given;
      // A resource of that name takes it over, as it does one that a log line made.
      group.withdraw = provideLogGroup(directory, group);
    },
  ),
  DeleteLogGroup: operation({ logGroupName: required(groupName) }, (api: LogsApi, { logGroupName: name }, call) => {
    const { withdraw } = api.use(call, name);
    if (withdraw === undefined) {
      throw new ServiceError('OperationAbortedException', `Log group ${name} belongs to the template; take it out there.`);
    }
    withdraw();
  }),
  DescribeLogGroups: operation(
    {
      accountIdentifiers: unserved('accountIdentifiers of DescribeLogGroups (there is one account)'),
      logGroupNamePrefix: groupName,
      logGroupNamePattern: text({ max: 512 }),
      logGroupIdentifiers: list(groupIdentifier, { min: 1, max: 50 }),
      includeLinkedAccounts: flag(),
      logGroupClass: text({ oneOf: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] }),
      nextToken,
      limit,
    },
    (api: LogsApi, input, call) => {
      api.demand(call, '');
      const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
      if (prefix !== undefined && pattern !== undefined) {
        throw new ServiceError(
          'InvalidParameterException',
          'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
        );
      }
      const wanted = input.logGroupIdentifiers?.map(nameOfArn);
      const found = allGroups(api)
        .filter(({ name }) => name.startsWith(prefix ?? '') && name.toLowerCase().includes((pattern ?? '').toLowerCase()))
        .filter(({ name }) => wanted?.includes(name) !== false)
        .filter(() => (input.logGroupClass ?? 'STANDARD') === 'STANDARD');
      const page = pageOf(found, input.nextToken, input.limit ?? 50, invalidToken);
      return {
        logGroups: page.items.map((group) => describeGroup(api, group)),
        ...(page.next === undefined ? {} : { nextToken: page.next }),
      };
    },
  ),
  CreateLogStream: operation(
    { logGroupName: required(groupName), logStreamName: required(streamName) },
    (api: LogsApi, { logGroupName, logStreamName: name }, call) => {
      const group = api.use(call, logGroupName, name);
      if (group.streams.has(name)) throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      group.streams.set(name, { name, createdAt: api.account.clock.now() });
    },
  ),
  DeleteLogStream: operation(
    { logGroupName: required(groupName), logStreamName: required(streamName) },
    (api: LogsApi, { logGroupName, logStreamName }, call) => {
      const { group } = api.useStream(call, logGroupName, logStreamName);
      group.removeStream(logStreamName);
    },
  ),
  DescribeLogStreams: operation(
    {
      logGroupName: groupName,
      logGroupIdentifier: groupIdentifier,
      logStreamNamePrefix: streamName,
      orderBy: text({ oneOf: ['LogStreamName', 'LastEventTime'] }),
      descending: flag(),
      nextToken,
      limit,
    },
    (api: LogsApi, input, call) => {
      const group = api.use(call, nameOf(input));
      const byTime = input.orderBy === 'LastEventTime';
      if (byTime && input.logStreamNamePrefix !== undefined)
        throw new ServiceError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
      const found = [...group.streams.values()]
        .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
        .sort((one, other) => (byTime ? (one.lastEventAt ?? 0) - (other.lastEventAt ?? 0) : one.name < other.name ? -1 : 1));
      const page = pageOf(input.descending === true ? found.toReversed() : found, input.nextToken, input.limit ?? 50, invalidToken);
      return {
        logStreams: page.items.map(({ name, createdAt, firstEventAt, lastEventAt, lastIngestedAt }) => ({
          logStreamName: name,
          creationTime: createdAt,
          ...(firstEventAt === undefined ? {} : { firstEventTimestamp: firstEventAt, lastEventTimestamp: lastEventAt }),
          ...(lastIngestedAt === undefined ? {} : { lastIngestionTime: lastIngestedAt }),
          arn: `${api.arnOf(group.name)}:log-stream:${name}`,
          storedBytes: 0,
        })),
        ...(page.next === undefined ? {} : { nextToken: page.next }),
      };
    },
  ),
  PutRetentionPolicy: operation(
    { logGroupName: required(groupName), retentionInDays: required(integer()) },
    (api: LogsApi, { logGroupName, retentionInDays: days }, call) => {
      if (!retentions.includes(days)) {
        throw new ServiceError(
          'InvalidParameterException',
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(', ')}]`,
        );
      }
      api.use(call, logGroupName).retentionInDays = days;
    },
  ),
  DeleteRetentionPolicy: operation({ logGroupName: required(groupName) }, (api: LogsApi, { logGroupName }, call) => {
    api.use(call, logGroupName).retentionInDays = undefined;
  }),
  TagResource: operation({ resourceArn: required(groupIdentifier), tags: required(tags) }, (api: LogsApi, input, call) => {
    const group = api.use(call, nameOfArn(input.resourceArn));
    group.tags = { ...group.tags, ...input.tags };
  }),
  UntagResource: operation({ resourceArn: required(groupIdentifier), tagKeys: required(tagKeys) }, (api: LogsApi, input, call) => {
    const group = api.use(call, nameOfArn(input.resourceArn));
    group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !input.tagKeys.includes(key)));
  }),
  ListTagsForResource: operation({ resourceArn: required(groupIdentifier) }, (api: LogsApi, input, call) => ({
    tags: api.use(call, nameOfArn(input.resourceArn)).tags,
  })),
};

function allGroups(api: LogsApi): readonly MemoryLogGroup[] {
  const { directory } = api.account;
  return directory
    .list('logGroup')
    .flatMap(([name]) => findLogGroup(directory, name) ?? [])
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function describeGroup(api: LogsApi, { name, createdAt, retentionInDays }: MemoryLogGroup): object {
  return {
    logGroupName: name,
    creationTime: createdAt ?? 0,
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
    metricFilterCount: 0,
    arn: `${api.arnOf(name)}:*`,
    // AWS counts some hours later.
    storedBytes: 0,
    logGroupClass: 'STANDARD',
    logGroupArn: api.arnOf(name),
  };
}
