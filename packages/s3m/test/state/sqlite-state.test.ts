import assert from 'node:assert/strict';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { memoryState } from '../../src/state/memory-state.ts';
import { openSqliteState } from '../../src/state/sqlite-state.ts';
import { StateFailure } from '../../src/state/state.ts';
import { pairs, stateDirectory } from './state-directory.ts';

test('what was put is there when the state is opened again, in the order of keys, and what was deleted is not', async () => {
  using directory = stateDirectory();
  const first = await openSqliteState(directory.path);
  const secrets = first.collection('secrets');
  await Promise.all([secrets.put('b', { value: 2 }), secrets.put('a', ['x', null, 'ä']), secrets.put('gone', 1)]);
  await secrets.delete('gone');
  await first.collection('other').put('a', 'another');
  await first.close();

  const second = await openSqliteState(directory.path);
  assert.deepEqual(pairs(second, 'secrets'), [
    ['a', ['x', null, 'ä']],
    ['b', { value: 2 }],
  ]);
  assert.deepEqual(pairs(second, 'other'), [['a', 'another']]);
  await second.close();
});

test('bytes are kept beside a value', async () => {
  using directory = stateDirectory();
  const first = await openSqliteState(directory.path);
  await first.collection('objects').put('k', { type: 'text/plain' }, Buffer.from([0, 255, 128]));
  await first.close();
  const second = await openSqliteState(directory.path);
  const [entry] = [...second.collection('objects').entries()];
  assert.deepEqual(entry?.content, Buffer.from([0, 255, 128]));
  await second.close();
});

test('of changes that are written together the last one of a key wins, and one that cannot be written takes the others back', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  const items = state.collection('items');
  await items.write([
    { kind: 'put', key: 'a', value: 1 },
    { kind: 'delete', key: 'a' },
    { kind: 'put', key: 'b', value: 1 },
    { kind: 'put', key: 'b', value: 2 },
  ]);
  const noBytes = 7 as unknown as Uint8Array;
  await assert.rejects(
    items.write([
      { kind: 'put', key: 'b', value: 3 },
      { kind: 'put', key: 'c', value: 1, content: noBytes },
    ]),
    StateFailure,
  );
  assert.deepEqual(pairs(state, 'items'), [['b', 2]]);
  await state.close();
});

test('a write is acknowledged when the disk has it, not before, and writes that come meanwhile share the next wait', async () => {
  using directory = stateDirectory();
  const waits: (() => void)[] = [];
  let synced = 0;
  const state = await openSqliteState(directory.path, {
    sync: () => {
      synced++;
      return new Promise((resolve) => waits.push(resolve));
    },
  });
  const items = state.collection('items');
  const acknowledged: string[] = [];
  const put = (key: string): void => void items.put(key, 1).then(() => acknowledged.push(key));
  put('first');
  await turn();
  for (let n = 0; n < 100; n++) put(`later ${n}`);
  await turn();
  assert.deepEqual(acknowledged, []);
  waits.shift()!();
  await turn();
  assert.deepEqual(acknowledged, ['first']);
  waits.shift()!();
  await turn();
  assert.equal(acknowledged.length, 101);
  assert.equal(synced, 2);
  await state.close();
});

test('when the disk cannot make a write safe, it and everything after it is refused', async () => {
  using directory = stateDirectory();
  let broken = false;
  const told: string[] = [];
  const state = await openSqliteState(directory.path, {
    sync: () => (broken ? Promise.reject(new Error('EIO: i/o error, fdatasync')) : Promise.resolve()),
    onRefused: (failure) => told.push(failure.message),
  });
  const items = state.collection('items');
  await items.put('safe', 1);
  broken = true;
  await assert.rejects(items.put('unsafe', 1), { code: 'StateNotWritten', message: /Could not be kept: EIO/ });
  broken = false;
  await assert.rejects(items.put('later', 1), { code: 'StateNotWritten' });
  assert.deepEqual(told, ['Could not be kept: EIO: i/o error, fdatasync']);
  await state.close();
  const again = await openSqliteState(directory.path);
  assert.ok(pairs(again, 'items').some(([key]) => key === 'safe'));
  assert.ok(!pairs(again, 'items').some(([key]) => key === 'later'));
  await again.close();
});

test('two engines do not share a state', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  await assert.rejects(openSqliteState(directory.path), {
    code: 'StateInUse',
    message: new RegExp(`Another process uses ${directory.path}`),
  });
  await state.collection('items').put('a', 1);
  await state.close();
  await (await openSqliteState(directory.path)).close();
});

test('nobody else can read what is kept', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  await state.collection('secrets').put('a', 'hush');
  assert.equal(statSync(directory.path).mode & 0o777, 0o700);
  for (const name of ['state.db', 'state.db-wal']) assert.equal(statSync(join(directory.path, name)).mode & 0o777, 0o600, name);
  await state.close();
});

test('a state of an earlier S3M is taken over, and refused by that one from then on', async () => {
  using directory = stateDirectory();
  const first = await openSqliteState(directory.path);
  await first.collection('s3').put('a', 1);
  await first.close();
  const file = join(directory.path, 'state.db');
  change(file, 'PRAGMA user_version = 1');
  const second = await openSqliteState(directory.path);
  assert.deepEqual(pairs(second, 's3'), [['a', 1]]);
  await second.close();
  const database = new DatabaseSync(file);
  assert.equal(database.prepare('PRAGMA user_version').get()?.['user_version'], 2);
  database.close();
});

test('a state of a newer S3M, and a database of somebody else, are refused and left as they are', async () => {
  using directory = stateDirectory();
  await (await openSqliteState(directory.path)).close();
  const file = join(directory.path, 'state.db');
  change(file, 'PRAGMA user_version = 3');
  await assert.rejects(openSqliteState(directory.path), { code: 'StateNewer', message: /its format is 3, this one knows 2/ });
  change(file, 'PRAGMA user_version = 2; PRAGMA application_id = 7');
  await assert.rejects(openSqliteState(directory.path), { code: 'StateForeign' });
  const database = new DatabaseSync(file);
  assert.equal(database.prepare('PRAGMA application_id').get()?.['application_id'], 7);
  database.close();
});

test('a changed entry is not handed out', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  await state.collection('secrets').put('name', 'value');
  await state.close();
  change(join(directory.path, 'state.db'), `UPDATE entries SET value = '"valve"'`);
  const again = await openSqliteState(directory.path);
  assert.throws(() => pairs(again, 'secrets'), {
    code: 'StateDamaged',
    message: /the entry "name" of secrets is not what was written/,
    fix: /s3m reset/,
  });
  await again.close();
});

test('a damaged file is refused with what to do', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  await state.collection('items').put('a', 'x'.repeat(50_000));
  await state.close();
  const file = join(directory.path, 'state.db');
  const whole = readFileSync(file);
  writeFileSync(file, Buffer.concat([Buffer.from('not a database'), whole.subarray(14)]));
  await assert.rejects(openSqliteState(directory.path), { code: 'StateDamaged', fix: /Nothing was changed/ });
  writeFileSync(file, whole.subarray(0, 8192));
  await assert.rejects(openSqliteState(directory.path), { code: 'StateDamaged' });
});

test('a state that a kill left behind loses no acknowledged write, wherever the tail of its log is cut off', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  const items = state.collection('items');
  for (let n = 0; n < 5; n++) await items.put(`k${n}`, n);
  const log = readFileSync(join(directory.path, 'state.db-wal'));
  await items.put('last', 'not yet safe');
  using killed = copyOf(directory.path);
  await state.close();
  const longer = readFileSync(join(killed.path, 'state.db-wal'));
  // Every byte would be 4,000 starts: all near a border, some between.
  const cuts = [0, 1, 7, 8, 23, 24, 25, 100, 511, 512, 2048, 4000, 4095, 4096, 4119].map((cut) => log.length + cut);
  for (const cut of cuts.filter((each) => each < longer.length)) {
    using copy = copyOf(killed.path);
    writeFileSync(join(copy.path, 'state.db-wal'), longer.subarray(0, cut));
    const again = await openSqliteState(copy.path);
    assert.deepEqual(
      pairs(again, 'items').map(([key]) => key),
      ['k0', 'k1', 'k2', 'k3', 'k4'],
      `cut at ${cut}`,
    );
    await again.collection('items').put('after', 1);
    await again.close();
  }
  // A disk may have written any part of what it had no time to finish.
  for (let at = log.length; at < longer.length; at += 97) {
    using copy = copyOf(killed.path);
    const torn = Buffer.from(longer);
    torn.fill(0, at, Math.min(at + 512, torn.length));
    writeFileSync(join(copy.path, 'state.db-wal'), torn);
    const again = await openSqliteState(copy.path);
    const keys = pairs(again, 'items').map(([key]) => key);
    assert.deepEqual(keys.slice(0, 5), ['k0', 'k1', 'k2', 'k3', 'k4'], `nothing at ${at}`);
    await again.close();
  }
});

test('a byte that is wrong before the last write of the log is found, not taken for the end', async () => {
  using directory = stateDirectory();
  const state = await openSqliteState(directory.path);
  for (let n = 0; n < 5; n++) await state.collection('items').put(`k${n}`, n);
  using killed = copyOf(directory.path);
  await state.close();
  const log = readFileSync(join(killed.path, 'state.db-wal'));
  const frame = 24 + 4096;
  const lastWrites = log.length - 2 * frame;
  const places = [...Array.from({ length: 60 }, (_, at) => at), ...Array.from({ length: Math.floor(lastWrites / 97) }, (_, n) => n * 97)];
  for (const at of places) {
    using copy = copyOf(killed.path);
    const broken = Buffer.from(log);
    broken[at] = broken[at]! ^ 0x10;
    writeFileSync(join(copy.path, 'state.db-wal'), broken);
    await assert.rejects(openSqliteState(copy.path), { code: 'StateDamaged', message: /state\.db-wal is damaged at byte/ }, `byte ${at}`);
    assert.deepEqual(readFileSync(join(copy.path, 'state.db-wal')), broken, 'left as it was');
  }
});

test('without --persist nothing is kept and writes are done at once', async () => {
  const items = memoryState.collection('items');
  await items.put('a', 1);
  assert.deepEqual([...items.entries()], []);
  assert.equal(memoryState.durable, false);
});

function copyOf(path: string): ReturnType<typeof stateDirectory> {
  const copy = stateDirectory();
  cpSync(path, copy.path, { recursive: true });
  return copy;
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** Long enough for everything that waits for nobody else. */
async function turn(): Promise<void> {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
}
