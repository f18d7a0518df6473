import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { ensureLogGroup, findLogGroup, type MemoryLogGroup } from '../../../src/services/log-groups.ts';
import { keptLogsOf } from '../../../src/services/logs/kept-logs.ts';
import { logGroup } from '../../../src/services/logs/log-group.ts';
import { openSqliteState } from '../../../src/state/sqlite-state.ts';
import { RefusingState } from '../../state/refusing-state.ts';
import { stateDirectory } from '../../state/state-directory.ts';
import { createContext, fakeAccount, type FakeAccount } from '../fake-account.ts';

interface Running {
  readonly account: FakeAccount;
  stop(): Promise<void>;
}

async function start(path: string, clock = new VirtualClock()): Promise<Running> {
  const state = await openSqliteState(path);
  const account = await fakeAccount({ state, clock });
  keptLogsOf(account);
  return {
    account,
    stop: async () => {
      await keptLogsOf(account)!.close();
      await state.close();
      await account[Symbol.asyncDispose]();
    },
  };
}

const groupOf = ({ account }: Running, name: string): MemoryLogGroup | undefined => findLogGroup(account.directory, name);
const messagesOf = (running: Running, name: string): readonly string[] =>
  [...(groupOf(running, name)?.events(running.account.clock.now()) ?? [])].map(({ message }) => message);

test('events, streams and settings of log groups are there after a restart, in the order in which they came', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  const now = first.account.clock.now();
  const group = ensureLogGroup(first.account.directory, '/aws/lambda/a') as MemoryLogGroup;
  group.put({ timestamp: now + 1000, stream: 's1', message: 'one' });
  group.put({ timestamp: now + 900, stream: 's2', message: 'two', ingestedAt: now + 1100 });
  await keptLogsOf(first.account)!.flush();
  group.put({ timestamp: now + 1200, stream: 's1', message: 'three' });
  group.tags = { a: 'b' };
  group.retentionInDays = 7;
  await first.stop();
  const second = await start(directory.path);
  assert.deepEqual(messagesOf(second, '/aws/lambda/a'), ['one', 'two', 'three']);
  const again = groupOf(second, '/aws/lambda/a')!;
  assert.deepEqual([again.tags, again.retentionInDays, again.createdAt], [{ a: 'b' }, 7, now + 1000]);
  assert.deepEqual(again.streams, group.streams);
  again.put({ timestamp: now + 1300, stream: 's1', message: 'four' });
  await second.stop();
  const third = await start(directory.path);
  assert.deepEqual(messagesOf(third, '/aws/lambda/a'), ['one', 'two', 'three', 'four']);
  await third.stop();
});

test('what is logged is written without being asked for, a moment later', async () => {
  using directory = stateDirectory();
  const clock = new VirtualClock();
  const first = await start(directory.path, clock);
  ensureLogGroup(first.account.directory, 'g').put({ timestamp: 1, stream: 's', message: 'm' });
  const events = (): number => [...first.account.state.collection('logs').entries()].filter(({ key }) => key.startsWith('events/')).length;
  assert.equal(events(), 0);
  await clock.advance(200);
  while (events() === 0) await new Promise((resolve) => setImmediate(resolve));
  await first.stop();
});

test('of a busy group no more is kept than is in memory, of a deleted one and of deleted streams nothing', async () => {
  using directory = stateDirectory();
  const first = await start(directory.path);
  const busy = ensureLogGroup(first.account.directory, 'busy');
  for (let n = 0; n < 25; n++) {
    for (let i = 0; i < 1000; i++) busy.put({ timestamp: n * 1000 + i, stream: 's', message: `${n * 1000 + i}` });
    await keptLogsOf(first.account)!.flush();
  }
  const streams = ensureLogGroup(first.account.directory, 'streams') as MemoryLogGroup;
  streams.put({ timestamp: 1, stream: 'stays', message: 'stays' });
  streams.put({ timestamp: 2, stream: 'goes', message: 'goes' });
  const gone = ensureLogGroup(first.account.directory, 'gone') as MemoryLogGroup;
  gone.put({ timestamp: 1, stream: 's', message: 'x' });
  await keptLogsOf(first.account)!.flush();
  streams.removeStream('goes');
  gone.withdraw!();
  await first.stop();
  const second = await start(directory.path);
  const kept = messagesOf(second, 'busy');
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [10_000, '15000', '24999']);
  assert.deepEqual(messagesOf(second, 'streams'), ['stays']);
  assert.equal(groupOf(second, 'gone'), undefined);
  assert.equal([...second.account.state.collection('logs').entries()].filter(({ key }) => key.endsWith('/busy')).length, 11);
  await second.stop();
});

test("a template's group takes over its kept events, a reset empties it, and forgetting it leaves nothing", async () => {
  using directory = stateDirectory();
  const properties = { LogGroupName: 'mine' };
  const first = await start(directory.path);
  const resource = await logGroup.create(createContext(first.account, logGroup, { logicalId: 'G', properties }));
  groupOf(first, 'mine')!.put({ timestamp: 1, stream: 's', message: 'x' });
  await resource.stopNow!();
  await first.stop();
  const second = await start(directory.path);
  const again = await logGroup.create({
    ...createContext(second.account, logGroup, { logicalId: 'G', properties }),
    kept: { properties, metadata: {} },
  });
  assert.deepEqual(messagesOf(second, 'mine'), ['x']);
  assert.deepEqual(await again.reset!(), { events: 1 });
  assert.deepEqual(messagesOf(second, 'mine'), []);
  await again.stopNow!();
  await second.stop();
  const third = await start(directory.path);
  assert.deepEqual(messagesOf(third, 'mine'), []);
  await logGroup.forget!(third.account, 'mine');
  assert.deepEqual([...third.account.state.collection('logs').entries()], []);
  await third.stop();
});

test('who asks while the write of another is under way waits for it, and what is refused is written with the next change, once', async () => {
  const state = new RefusingState();
  const texts = (): readonly unknown[] =>
    [...state.collection('logs').entries()].flatMap(({ key, value }) =>
      key.startsWith('events/') ? (value as readonly { readonly message: string }[]).map(({ message }) => message) : [],
    );
  {
    await using account = await fakeAccount({ state });
    const logs = keptLogsOf(account)!;
    const group = ensureLogGroup(account.directory, 'g') as MemoryLogGroup;
    const put = (message: string): void => group.put({ timestamp: account.clock.now(), stream: 's', message });
    put('one');
    put('two');
    const first = logs.flush();
    await logs.flush();
    assert.deepEqual(texts(), ['one', 'two']);
    await first;
    state.refuses = true;
    put('three');
    await assert.rejects(logs.flush(), { code: 'StateNotWritten' });
    state.refuses = false;
    put('four');
    await logs.flush();
  }
  assert.deepEqual(texts(), ['one', 'two', 'three', 'four']);
});
