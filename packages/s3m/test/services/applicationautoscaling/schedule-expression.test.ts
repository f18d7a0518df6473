import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTime, trySchedule } from '../../../src/services/applicationautoscaling/schedule-expression.ts';

/** The next `count` times after a moment, in UTC. */
function times(text: string, after: string, count = 1, timeZone = 'UTC'): readonly (string | undefined)[] {
  const schedule = trySchedule(text)!;
  const since = Date.parse(after);
  const found: (string | undefined)[] = [];
  for (let at: number | undefined = since; found.length < count;) {
    at = at === undefined ? undefined : nextTime(schedule, at, since, timeZone);
    found.push(at === undefined ? undefined : new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

const wednesday = '2026-11-25T17:00:00Z';

test('cron expressions: weekdays, steps, lists, last days, nearest weekdays, n-th weekdays, leap days', () => {
  assert.deepEqual(times('cron(0 8 ? * MON-FRI *)', wednesday, 3), ['2026-11-26T08:00', '2026-11-27T08:00', '2026-11-30T08:00']);
  assert.deepEqual(times('cron(0/20 17 * * ? *)', wednesday, 3), ['2026-11-25T17:20', '2026-11-25T17:40', '2026-11-26T17:00']);
  assert.deepEqual(times('cron(15,45 0 1 JAN,JUL ? *)', wednesday, 3), ['2027-01-01T00:15', '2027-01-01T00:45', '2027-07-01T00:15']);
  assert.deepEqual(times('cron(0 0 L * ? *)', wednesday, 4), [
    '2026-11-30T00:00',
    '2026-12-31T00:00',
    '2027-01-31T00:00',
    '2027-02-28T00:00',
  ]);
  // The 28th of November 2026 is a Saturday, the 1st of August a Sunday... of its month's first weekday, Monday the 2nd.
  assert.deepEqual(times('cron(0 0 28W 11 ? 2026)', wednesday, 2), ['2026-11-27T00:00', undefined]);
  assert.deepEqual(times('cron(0 0 1W 8 ? 2027)', wednesday), ['2027-08-02T00:00']);
  assert.deepEqual(times('cron(0 12 ? * 6L *)', wednesday, 2), ['2026-11-27T12:00', '2026-12-25T12:00']);
  assert.deepEqual(times('cron(0 12 ? * TUE#2 *)', wednesday, 2), ['2026-12-08T12:00', '2027-01-12T12:00']);
  assert.deepEqual(times('cron(0 0 29 2 ? *)', wednesday, 2), ['2028-02-29T00:00', '2032-02-29T00:00']);
});

test('times are those of the time zone, in summer and in winter', () => {
  assert.deepEqual(times('cron(0 8 * * ? *)', '2026-03-27T12:00:00Z', 3, 'Europe/Berlin'), [
    '2026-03-28T07:00',
    '2026-03-29T06:00',
    '2026-03-30T06:00',
  ]);
  assert.deepEqual(times('at(2026-11-26T09:30:15)', wednesday, 2, 'America/New_York'), ['2026-11-26T14:30', undefined]);
});

test('rates count from their beginning', () => {
  assert.deepEqual(times('rate(5 minutes)', wednesday, 2), ['2026-11-25T17:05', '2026-11-25T17:10']);
  assert.deepEqual(times('rate(1 day)', wednesday), ['2026-11-26T17:00']);
});

test('what is no schedule is told apart', () => {
  for (const text of [
    'cron(0 8 * * * *)',
    'cron(0 8 ? * ? *)',
    'cron(0 8 * * ?)',
    'cron(60 8 * * ? *)',
    'cron(5-1 8 * * ? *)',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'at(2026-13-01T00:00:00)',
    '0 8 * * *',
  ])
    assert.equal(trySchedule(text), undefined, text);
});
