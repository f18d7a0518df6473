import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { openSqliteState } from '../../src/state/sqlite-state.ts';
import { seededRandom } from '../seeded-random.ts';
import { stateDirectory } from './state-directory.ts';

const program = join(import.meta.dirname, 'writer-program.ts');

test('a writer that is killed at any moment loses nothing that was acknowledged', async () => {
  using directory = stateDirectory();
  const random = seededRandom(20261125);
  /** By key: the newest acknowledged write, of all rounds. */
  const newest = new Map<string, { readonly round: number; readonly n: number }>();
  let acknowledged = 0;
  for (let round = 0; round < 30; round++) {
    const child = spawn(process.execPath, [program, directory.path, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const after = Math.floor(random() * 400);
    let seen = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [key, ofRound, n] = line.split(' ');
      if (n !== undefined) newest.set(key!, { round: Number(ofRound), n: Number(n) });
      if (n !== undefined) acknowledged++;
      if (seen++ === after) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGKILL');

    const state = await openSqliteState(directory.path);
    const kept = new Map([...state.collection('items').entries()].map(({ key, value }) => [key, value as { round: number; n: number }]));
    for (const [key, { round: wanted, n }] of newest) {
      const found = kept.get(key);
      assert.ok(found !== undefined, `${key} is gone in round ${round}`);
      assert.ok(found.round > wanted || (found.round === wanted && found.n >= n), `${key} of round ${round}: ${found.n} instead of ${n}`);
    }
    await state.close();
  }
  assert.ok(acknowledged > 1000, `${acknowledged} writes`);
});

const isMountable =
  process.platform === 'linux' && spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0;

test(
  'on a full disk a write is refused, what was acknowledged stays, and writes go on when there is room again',
  { skip: isMountable ? false : 'needs a mount namespace (Linux, unshare)' },
  async () => {
    using directory = stateDirectory();
    mkdirSync(directory.path, { recursive: true });
    const script = join(import.meta.dirname, 'full-disk-program.ts');
    const child = spawnSync(
      'unshare',
      [
        '-Urm',
        'sh',
        '-c',
        `mount -t tmpfs -o size=1m tmpfs "$0" && exec "$1" "$2" "$0/state" "$0/filler"`,
        directory.path,
        process.execPath,
        script,
      ],
      { encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(child.stderr, '');
    const { refused, code, lost, afterwards } = JSON.parse(child.stdout) as Record<string, unknown>;
    assert.ok(Number(refused) > 0);
    assert.equal(code, 'StateNotWritten');
    assert.deepEqual(lost, []);
    assert.equal(afterwards, 'kept');
  },
);
