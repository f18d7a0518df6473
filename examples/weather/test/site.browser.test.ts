import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { openPage } from './browser-page.ts';
import { runWeather } from './running-weather.ts';

async function callAs(
  page: Page,
  identity: 'nobody' | 'user' | 'admin',
  service: 'weather' | 'values' = 'weather',
): Promise<{ status: string; body: string }> {
  await page.locator(`input[name=identity][value=${identity}]`).check();
  const answered = page.waitForResponse((response) => response.request().method() === 'GET' && response.url().includes(`/${service}/`));
  await page.getByRole('button', { name: `Call the ${service} service` }).click();
  const response = await answered;
  const status = page.getByTestId('status');
  await status.filter({ hasText: String(response.status()) }).waitFor();
  return { status: (await status.textContent()) ?? '', body: (await page.getByTestId('body').textContent()) ?? '' };
}

test('the site calls the private services through every hop: 401 for nobody, 403 for a user, 200 for an administrator; a reversed rule swaps them', async () => {
  await using weather = await runWeather({ watch: true });
  await using browser = await openPage(weather.siteUrl);
  const { page } = browser;

  // The method's own answers must reach the page: the gateway's refusals carry CORS headers too.
  const nobody = await callAs(page, 'nobody');
  assert.deepEqual(nobody, { status: '401', body: JSON.stringify({ message: 'Unauthorized' }, undefined, 2) });
  const user = await callAs(page, 'user');
  assert.equal(user.status, '403');
  assert.match(user.body, /not authorized to access this resource/);
  const admin = await callAs(page, 'admin');
  assert.equal(admin.status, '200');
  const days = JSON.parse(admin.body) as { date: string; temperatureC: number; temperatureF: number; summary: string }[];
  assert.equal(days.length, 5);
  for (const day of days) {
    assert.deepEqual(Object.keys(day), ['date', 'temperatureC', 'temperatureF', 'summary']);
    assert.equal(day.temperatureF, 32 + Math.trunc(day.temperatureC / 0.5556));
  }
  const values = await callAs(page, 'admin', 'values');
  assert.equal(values.status, '200');
  assert.ok(Array.isArray(JSON.parse(values.body)));

  // The claims of the token are shown.
  await page.getByRole('rowheader', { name: 'sub' }).waitFor();

  // The article's last step: reverse the condition while it runs.
  const source = join(weather.directory, 'authorizer', 'index.ts');
  const since = weather.events.length;
  writeFileSync(source, readFileSync(source, 'utf8').replace("(roles.includes('administrator')", "(!roles.includes('administrator')"));
  await weather.eventually((event) => event.event === 'problem' && event.message.includes('s3m flush authorizer'), since);

  // As on AWS, new code does not empty the cache.
  assert.equal((await callAs(page, 'admin')).status, '200');
  assert.equal((await callAs(page, 'user')).status, '403');

  for (const [, api] of weather.app.account.directory.list('api')) for (const stage of api.stages) api.flushAuthorizers?.(stage);
  assert.equal((await callAs(page, 'admin')).status, '403');
  assert.equal((await callAs(page, 'user')).status, '200');
});

test('a saved source of the page is built and served while it runs; a source that does not compile leaves the page as it is', async () => {
  await using weather = await runWeather({ watch: true });
  await using browser = await openPage(weather.siteUrl);
  const { page } = browser;
  const heading = page.getByRole('heading', { level: 1 });
  assert.equal(await heading.textContent(), 'Weather behind the authorizer');
  const source = join(weather.directory, 'web', 'src', 'app', 'app.html');
  const original = readFileSync(source, 'utf8');
  const finished = ({ event }: { readonly event: string }): boolean => event === 'updated' || event === 'update-failed';

  const updated = weather.eventually(finished);
  writeFileSync(source, original.replace('Weather behind the authorizer', 'Weather, edited'));
  const update = await updated;
  assert.equal(update.event, 'updated', JSON.stringify(update));
  await page.reload();
  await heading.filter({ hasText: 'Weather, edited' }).waitFor();
  assert.equal((await callAs(page, 'admin')).status, '200');

  const failed = weather.eventually(finished);
  writeFileSync(source, original.replace('<h1>', '<h1>{{ nothing.of.this }} @if'));
  const failure = await failed;
  assert.ok(failure.event === 'update-failed');
  assert.equal(failure.problems[0]?.code, 'SynthesisFailed');
  await page.reload();
  await heading.filter({ hasText: 'Weather, edited' }).waitFor();
});

test('the page works by keyboard alone and fits a phone', async () => {
  await using weather = await runWeather();
  await using browser = await openPage(weather.siteUrl, { width: 375, height: 700 });
  const { page } = browser;
  await page.locator('input[name=identity][value=admin]').waitFor();
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'nothing is wider than the screen');
  await page.keyboard.press('Tab');
  for (const expected of ['user', 'admin']) {
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate('document.activeElement.value'), expected);
  }
  // Past the field for a token and the switch for direct calls, to the first button.
  for (let presses = 0; presses < 10 && (await page.evaluate('document.activeElement.tagName')) !== 'BUTTON'; presses++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByTestId('status').filter({ hasText: '200' }).waitFor();
});
