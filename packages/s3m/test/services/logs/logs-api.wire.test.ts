import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-cloudwatch-logs';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { ensureLogGroup } from '../../../src/services/log-groups.ts';
import { serveLogs } from '../../../src/services/logs/serve-logs.ts';
import { clientOf, failureOf } from '../aws-client.ts';
import { fakeAccount, type FakeAccount, type FakeAccountOptions } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

interface Opened extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly api: client.CloudWatchLogsClient;
  readonly now: number;
}

const day = 86_400_000;

async function open(options: FakeAccountOptions = {}): Promise<Opened> {
  const account = await fakeAccount({ sockets: true, clock: new VirtualClock(), ...options });
  account.endpoint.handle('logs', serveLogs(account));
  const api = clientOf(account, client.CloudWatchLogsClient);
  return {
    account,
    api,
    now: account.clock.now(),
    async [Symbol.asyncDispose]() {
      api.destroy();
      await account[Symbol.asyncDispose]();
    },
  };
}

async function openStream(options: FakeAccountOptions = {}): Promise<Opened> {
  const opened = await open(options);
  await opened.api.send(new client.CreateLogGroupCommand({ logGroupName: 'g', tags: { a: 'b' } }));
  await opened.api.send(new client.CreateLogStreamCommand({ logGroupName: 'g', logStreamName: 's' }));
  return opened;
}

const put = (
  api: client.CloudWatchLogsClient,
  ...logEvents: readonly (readonly [number, string])[]
): Promise<client.PutLogEventsCommandOutput> =>
  api.send(
    new client.PutLogEventsCommand({
      logGroupName: 'g',
      logStreamName: 's',
      logEvents: logEvents.map(([timestamp, message]) => ({ timestamp, message })),
    }),
  );
const get = (api: client.CloudWatchLogsClient, more: object = {}): Promise<client.GetLogEventsCommandOutput> =>
  api.send(new client.GetLogEventsCommand({ logGroupName: 'g', logStreamName: 's', ...more }));
const filter = (api: client.CloudWatchLogsClient, more: object = {}): Promise<client.FilterLogEventsCommandOutput> =>
  api.send(new client.FilterLogEventsCommand({ logGroupName: 'g', ...more }));
const messages = ({ events }: { readonly events?: readonly { readonly message?: string | undefined }[] | undefined }): unknown =>
  events?.map(({ message }) => message);

suite('CloudWatch Logs', () => {
  test('what is put is read forward and backward; at the end the token stays', async () => {
    await using opened = await openStream();
    const { api, now } = opened;
    await put(api, [now, 'a'], [now, 'b'], [now + 1, 'c']);
    const newest = await get(api, { limit: 2 });
    assert.deepEqual(messages(newest), ['b', 'c']);
    const before = await get(api, { nextToken: newest.nextBackwardToken });
    assert.deepEqual(messages(before), ['a']);
    assert.deepEqual(messages(await get(api, { limit: 1, startFromHead: true })), ['a']);
    const end = await get(api, { nextToken: newest.nextForwardToken });
    assert.deepEqual([messages(end), end.nextForwardToken], [[], newest.nextForwardToken]);
    await put(api, [now + 2, 'd']);
    assert.deepEqual(messages(await get(api, { nextToken: newest.nextForwardToken })), ['d']);
    assert.deepEqual(messages(await get(api, { startTime: now + 1, endTime: now + 2 })), ['c']);
  });

  test('a filter looks through all streams of a group, those of functions and tasks too, in the order of time, in pages', async () => {
    await using opened = await openStream();
    const { api, account, now } = opened;
    const group = ensureLogGroup(account.directory, 'g');
    group.put({ stream: '2026/01/01/[$LATEST]0123', timestamp: now + 1, message: 'START RequestId: x' });
    await put(api, [now, 'ERROR one'], [now + 2, 'ERROR two']);
    assert.deepEqual(messages(await filter(api)), ['ERROR one', 'START RequestId: x', 'ERROR two']);
    assert.deepEqual(messages(await filter(api, { filterPattern: 'ERROR' })), ['ERROR one', 'ERROR two']);
    assert.deepEqual(messages(await filter(api, { logStreamNamePrefix: '2026' })), ['START RequestId: x']);
    assert.deepEqual(messages(await filter(api, { startTime: now + 2 })), ['ERROR two']);
    const first = await filter(api, { limit: 2 });
    assert.deepEqual(messages(await filter(api, { limit: 2, nextToken: first.nextToken })), ['ERROR two']);
    const ids = (await filter(api)).events?.map(({ eventId }) => eventId);
    assert.equal(new Set(ids).size, 3);
    // `aws logs tail --follow` asks again from the last event's time on, and leaves out the ids that it has.
    await put(api, [now + 2, 'ERROR three']);
    const later = (await filter(api, { startTime: now + 2 })).events?.filter(({ eventId }) => ids?.includes(eventId) === false);
    assert.deepEqual(
      later?.map(({ message }) => message),
      ['ERROR three'],
    );
    const streams = await api.send(new client.DescribeLogStreamsCommand({ logGroupName: 'g', orderBy: 'LastEventTime', descending: true }));
    assert.deepEqual(
      streams.logStreams?.map(({ logStreamName }) => logStreamName),
      ['s', '2026/01/01/[$LATEST]0123'],
    );
  });

  test('`aws logs tail --follow` sees each event once, over pages and polls, also those that come in late', async () => {
    await using opened = await openStream();
    const { api, now } = opened;
    await put(api, [now, 'a'], [now + 1, 'b'], [now + 1, 'c']);
    const printed: string[] = [];
    // As the command does it: ids are kept for the newest time only, from which the next poll starts.
    let seen = new Map<number, Set<string>>();
    let startTime = now - 600_000;
    const poll = async (): Promise<void> => {
      let nextToken: string | undefined;
      do {
        const page: client.FilterLogEventsCommandOutput = await filter(api, {
          interleaved: true,
          startTime,
          limit: 2,
          ...(nextToken === undefined ? {} : { nextToken }),
        });
        for (const { eventId = '', timestamp = 0, message = '' } of page.events ?? []) {
          const ids = seen.get(timestamp) ?? new Set();
          if (!ids.has(eventId)) printed.push(message);
          seen.set(timestamp, ids.add(eventId));
        }
        const newest = Math.max(...seen.keys());
        seen = new Map([...seen].filter(([timestamp]) => timestamp === newest));
        ({ nextToken } = page);
      } while (nextToken !== undefined);
      startTime = Math.max(...seen.keys());
    };
    await poll();
    await poll();
    await put(api, [now + 1, 'd'], [now + 2, 'e']);
    await poll();
    assert.deepEqual(printed, ['a', 'b', 'c', 'd', 'e']);
  });

  test('events that are too new, too old or past the retention are left out and told', async () => {
    const clock = new VirtualClock();
    await clock.advance(100 * day);
    await using opened = await openStream({ clock });
    const { api, now } = opened;
    assert.deepEqual((await put(api, [now - 15 * day, 'old'])).rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1 });
    const new1 = await put(api, [now, 'good'], [now + 3 * 3_600_000, 'new']);
    assert.deepEqual(new1.rejectedLogEventsInfo, { tooNewLogEventStartIndex: 1 });
    await api.send(new client.PutRetentionPolicyCommand({ logGroupName: 'g', retentionInDays: 3 }));
    assert.deepEqual((await put(api, [now - 4 * day, 'gone'])).rejectedLogEventsInfo, { expiredLogEventEndIndex: 1 });
    assert.deepEqual(messages(await get(api)), ['good']);
    await clock.advance(4 * day);
    assert.deepEqual(messages(await get(api)), []);
  });

  test('groups are described by prefix and pattern, with retention and tags, and deleted', async () => {
    await using opened = await openStream();
    const { api, now } = opened;
    await api.send(new client.PutRetentionPolicyCommand({ logGroupName: 'g', retentionInDays: 7 }));
    const arn = 'arn:aws:logs:us-east-1:000000000000:log-group:g';
    assert.deepEqual((await api.send(new client.DescribeLogGroupsCommand({ logGroupNamePrefix: 'g' }))).logGroups, [
      {
        logGroupName: 'g',
        creationTime: now,
        retentionInDays: 7,
        metricFilterCount: 0,
        arn: `${arn}:*`,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
        logGroupArn: arn,
      },
    ]);
    assert.deepEqual((await api.send(new client.DescribeLogGroupsCommand({ logGroupNamePattern: 'x' }))).logGroups, []);
    await api.send(new client.TagResourceCommand({ resourceArn: arn, tags: { c: 'd' } }));
    await api.send(new client.UntagResourceCommand({ resourceArn: arn, tagKeys: ['a'] }));
    assert.deepEqual((await api.send(new client.ListTagsForResourceCommand({ resourceArn: arn }))).tags, { c: 'd' });
    await api.send(new client.DeleteRetentionPolicyCommand({ logGroupName: 'g' }));
    await api.send(new client.DeleteLogStreamCommand({ logGroupName: 'g', logStreamName: 's' }));
    assert.equal((await failureOf(get(api)))[1], 'The specified log stream does not exist.');
    await api.send(new client.DeleteLogGroupCommand({ logGroupName: 'g' }));
    assert.equal((await failureOf(get(api)))[1], 'The specified log group does not exist.');
  });

  const refused: readonly (readonly [what: string, call: (opened: Opened) => Promise<unknown>, code: string, text: string])[] = [
    [
      'a group that is there',
      ({ api }) => api.send(new client.CreateLogGroupCommand({ logGroupName: 'g' })),
      'ResourceAlreadyExistsException',
      'The specified log group already exists',
    ],
    [
      'a stream that is there',
      ({ api }) => api.send(new client.CreateLogStreamCommand({ logGroupName: 'g', logStreamName: 's' })),
      'ResourceAlreadyExistsException',
      'The specified log stream already exists',
    ],
    [
      'a name with a blank',
      ({ api }) => api.send(new client.CreateLogGroupCommand({ logGroupName: 'a b' })),
      'InvalidParameterException',
      String.raw`1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`,
    ],
    [
      'events out of order',
      ({ api, now }) => put(api, [now, 'a'], [now - 1, 'b']),
      'InvalidParameterException',
      'Log events in a single PutLogEvents request must be in chronological order.',
    ],
    [
      'events of more than a day',
      ({ api, now }) => put(api, [now - 2 * day, 'a'], [now, 'b']),
      'InvalidParameterException',
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    ],
    [
      'more than 1 MB',
      ({ api, now }) => put(api, [now, 'x'.repeat(1_048_551)]),
      'InvalidParameterException',
      'Upload too large: 1048577 bytes exceeds limit of 1048576',
    ],
    [
      'a retention of two days',
      ({ api }) => api.send(new client.PutRetentionPolicyCommand({ logGroupName: 'g', retentionInDays: 2 })),
      'InvalidParameterException',
      "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]",
    ],
    ['a token that is none', ({ api }) => get(api, { nextToken: 'x' }), 'InvalidParameterException', 'The specified nextToken is invalid.'],
    [
      'names and a prefix',
      ({ api }) => filter(api, { logStreamNames: ['s'], logStreamNamePrefix: 's' }),
      'InvalidParameterException',
      'LogStreamNames and LogStreamNamePrefix are mutually exclusive parameters.',
    ],
    [
      'queries',
      ({ api }) => api.send(new client.StopQueryCommand({ queryId: 'x' })),
      'UnsupportedOperation',
      'StopQuery of logs is not served here; docs/coverage.md lists what is',
    ],
  ];
  for (const [what, call, code, text] of refused) {
    test(`refuses ${what}`, async () => {
      await using opened = await openStream();
      assert.deepEqual(await failureOf(call(opened)), [code, text]);
    });
  }

  test('a role writes where its policy lets it (IAM-030)', async () => {
    await using opened = await open({ caller: roleCaller('App') });
    provideRole(opened.account, 'App', [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:us-east-1:000000000000:log-group:g:*',
      },
    ]);
    await opened.api.send(new client.CreateLogGroupCommand({ logGroupName: 'g' }));
    await opened.api.send(new client.CreateLogStreamCommand({ logGroupName: 'g', logStreamName: 's' }));
    await put(opened.api, [opened.now, 'a']);
    assert.deepEqual(await failureOf(get(opened.api)), [
      'AccessDeniedException',
      'User: arn:aws:sts::000000000000:assumed-role/App/x is not authorized to perform: logs:GetLogEvents on resource: arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:s because no identity-based policy allows the logs:GetLogEvents action',
    ]);
  });
});
