import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as client from '@aws-sdk/client-cloudwatch-logs';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { ensureLogGroup } from '../../../src/services/log-groups.ts';
import { serveLogs } from '../../../src/services/logs/serve-logs.ts';
import { failureOf } from '../aws-client.ts';
import { fakeAccount, type FakeAccount } from '../fake-account.ts';
import { provideRole, roleCaller } from '../role-caller.ts';

const arn = (name: string): string => `arn:aws:logs:us-east-1:000000000000:log-group:${name}`;

interface Opened extends AsyncDisposable {
  readonly account: FakeAccount;
  readonly clock: VirtualClock;
  readonly api: client.CloudWatchLogsClient;
  log(message: string, more?: { readonly group?: string; readonly stream?: string }): void;
  tail(input?: Partial<client.StartLiveTailCommandInput>): Promise<AsyncIterator<client.StartLiveTailResponseStream>>;
}

async function open(role?: string): Promise<Opened> {
  const clock = new VirtualClock();
  const account = await fakeAccount({ sockets: true, clock, ...(role === undefined ? {} : { caller: roleCaller(role) }) });
  account.endpoint.handle('logs', serveLogs(account));
  for (const name of ['g', 'h']) ensureLogGroup(account.directory, name);
  const api = clientOf(account);
  return {
    account,
    clock,
    api,
    log: (message, { group = 'g', stream = 's' } = {}) =>
      ensureLogGroup(account.directory, group).put({ stream, message, timestamp: clock.now() }),
    async tail(input = {}) {
      const { responseStream } = await api.send(new client.StartLiveTailCommand({ logGroupIdentifiers: [arn('g')], ...input }));
      return responseStream![Symbol.asyncIterator]();
    },
    async [Symbol.asyncDispose]() {
      api.destroy();
      await account[Symbol.asyncDispose]();
    },
  };
}

function clientOf({ endpoint }: FakeAccount): client.CloudWatchLogsClient {
  return new client.CloudWatchLogsClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
    disableHostPrefix: true,
  });
}

const messages = ({ value }: IteratorResult<client.StartLiveTailResponseStream>): unknown =>
  (value as client.StartLiveTailResponseStream).sessionUpdate?.sessionResults?.map(({ message }) => message);

suite('a live tail', () => {
  test('sends each second what came in, and an empty update when nothing did', async () => {
    await using opened = await open();
    const { clock, log } = opened;
    log('before');
    const events = await opened.tail();
    const { value: first } = await events.next();
    assert.match(String(first.sessionStart?.sessionId), /^[0-9a-f-]{36}$/);
    assert.deepEqual(first.sessionStart?.logGroupIdentifiers, [arn('g')]);
    const at = clock.now();
    log('one');
    log('elsewhere', { group: 'h' });
    await clock.advance(1000);
    const { sessionUpdate } = (await events.next()).value as client.StartLiveTailResponseStream;
    assert.deepEqual(sessionUpdate, {
      sessionMetadata: { sampled: false },
      sessionResults: [{ logStreamName: 's', logGroupIdentifier: arn('g'), message: 'one', timestamp: at, ingestionTime: at }],
    });
    await clock.advance(1000);
    assert.deepEqual(messages(await events.next()), []);
    log('two');
    await clock.advance(1000);
    assert.deepEqual(messages(await events.next()), ['two']);
  });

  test('looks at streams by name or prefix, at several groups, and through a filter pattern', async () => {
    await using opened = await open();
    const { clock, log } = opened;
    const tails = await Promise.all([
      opened.tail({ logStreamNames: ['s'] }),
      opened.tail({ logStreamNamePrefixes: ['2026/'] }),
      opened.tail({ logGroupIdentifiers: [arn('g'), arn('h')] }),
      opened.tail({ logEventFilterPattern: '{ $.level = "error" }' }),
    ]);
    for (const events of tails) await events.next();
    log('{"level":"error"}');
    log('plain', { stream: '2026/01/01/[$LATEST]0' });
    log('other', { group: 'h' });
    await clock.advance(1000);
    const seen = await Promise.all(tails.map(async (events) => messages(await events.next())));
    assert.deepEqual(seen, [['{"level":"error"}'], ['plain'], ['{"level":"error"}', 'plain', 'other'], ['{"level":"error"}']]);
  });

  test('shows a sample of more than 500 events, says so, and ends after three hours', async () => {
    await using opened = await open();
    const { clock, log } = opened;
    const events = await opened.tail();
    await events.next();
    for (let number = 0; number < 501; number++) log(String(number));
    await clock.advance(1000);
    const { sessionUpdate } = (await events.next()).value as client.StartLiveTailResponseStream;
    assert.deepEqual([sessionUpdate?.sessionMetadata?.sampled, sessionUpdate?.sessionResults?.length], [true, 500]);
    await clock.advance(3 * 3_600_000);
    let failure: unknown;
    try {
      while ((await events.next()).done !== true);
    } catch (error) {
      failure = error;
    }
    assert.equal((failure as Error).name, 'SessionTimeoutException');
  });

  test('no more than fifteen run at a time; those whose client went away do not count', async () => {
    await using opened = await open();
    const gone = clientOf(opened.account);
    await gone.send(new client.StartLiveTailCommand({ logGroupIdentifiers: [arn('g')] }));
    for (let number = 1; number < 15; number++) await opened.tail();
    assert.equal((await failureOf(opened.tail()))[0], 'LimitExceededException');
    gone.destroy();
    // The socket's end has to arrive.
    for (;;) {
      try {
        await opened.tail();
        break;
      } catch (error) {
        assert.equal((error as Error).name, 'LimitExceededException');
      }
    }
  });

  const refused: readonly (readonly [what: string, input: Partial<client.StartLiveTailCommandInput>, code: string])[] = [
    ['a group by its name', { logGroupIdentifiers: ['g'] }, 'InvalidParameterException'],
    ['an ARN with a star', { logGroupIdentifiers: [`${arn('g')}:*`] }, 'InvalidParameterException'],
    ['a group that is not there', { logGroupIdentifiers: [arn('none')] }, 'ResourceNotFoundException'],
    ['streams of two groups', { logGroupIdentifiers: [arn('g'), arn('h')], logStreamNames: ['s'] }, 'InvalidParameterException'],
    ['names and prefixes', { logStreamNames: ['s'], logStreamNamePrefixes: ['s'] }, 'InvalidParameterException'],
    ['a pattern that is none', { logEventFilterPattern: '{ $.a' }, 'InvalidParameterException'],
  ];
  for (const [what, input, code] of refused) {
    test(`refuses ${what}`, async () => {
      await using opened = await open();
      assert.equal((await failureOf(opened.tail(input)))[0], code);
    });
  }

  test('is for those whose policy lets them (IAM-030)', async () => {
    await using opened = await open('App');
    provideRole(opened.account, 'App', [{ Effect: 'Allow', Action: 'logs:StartLiveTail', Resource: `${arn('h')}:*` }]);
    await opened.tail({ logGroupIdentifiers: [arn('h')] });
    assert.deepEqual(await failureOf(opened.tail()), [
      'AccessDeniedException',
      `User: arn:aws:sts::000000000000:assumed-role/App/x is not authorized to perform: logs:StartLiveTail on resource: ${arn('g')}:log-stream: because no identity-based policy allows the logs:StartLiveTail action`,
    ]);
  });
});
