import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runWeather, type RunningWeather } from './running-weather.ts';

function edit({ directory }: RunningWeather, file: string, from: string, to: string): void {
  const path = join(directory, file);
  const before = readFileSync(path, 'utf8');
  assert.ok(before.includes(from), `${file} has ${from}`);
  writeFileSync(path, before.replace(from, to));
}

test('saved sources update the running example: a service rolls without a refused request, infra that fails leaves all as it is', async () => {
  await using weather = await runWeather({ watch: true });
  const { token } = await weather.app.token({ admin: true });
  const values = async (): Promise<string> => {
    const answer = await weather.call('/values/values', token);
    return `${answer.status} ${await answer.text()}`;
  };
  assert.equal(await values(), '200 ["value1","value2"]');

  const answers = new Set<string>();
  const over = new AbortController();
  const client = (async () => {
    while (!over.signal.aborted) answers.add(await values());
  })();
  const updated = weather.eventually(({ event }) => event === 'updated' || event === 'update-failed');
  edit(weather, 'services/values/server.ts', "'value2'", "'value3'");
  const event = await updated;
  over.abort();
  await client;
  assert.ok(event.event === 'updated', JSON.stringify(event));
  assert.deepEqual(Object.keys(event.changes).sort(), ['replaced', 'updated']);
  const touched = Object.values(event.changes).flat();
  assert.ok(
    touched.every((id) => id.includes('values')),
    `only the service that was edited: ${touched.join(', ')}`,
  );
  assert.deepEqual([...answers].sort(), ['200 ["value1","value2"]', '200 ["value1","value3"]']);
  assert.equal(await values(), '200 ["value1","value3"]');

  const failed = weather.eventually(({ event: kind }) => kind === 'update-failed');
  edit(weather, 'infra/app.ts', 'const system =', "throw new Error('not like this');\nconst system =");
  const failure = await failed;
  assert.ok(failure.event === 'update-failed');
  assert.equal(failure.problems[0]?.code, 'SynthesisFailed');
  assert.match(failure.problems[0].message, /not like this/);
  assert.equal(await values(), '200 ["value1","value3"]');
});
