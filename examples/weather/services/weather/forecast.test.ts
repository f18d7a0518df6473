import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecast, toFahrenheit } from './forecast.ts';

test('the forecast is for the five days after today, over the end of a month', () => {
  const dates = forecast(new Date('2026-02-26T23:59:59Z'), () => 0.5).map(({ date }) => date);
  assert.deepEqual(dates, ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03']);
});

test('the lowest and the highest random number give -20 and 54 degrees and a summary each', () => {
  assert.deepEqual(forecast(new Date(0), () => 0)[0], { date: '1970-01-02', temperatureC: -20, temperatureF: -3, summary: 'Freezing' });
  assert.deepEqual(forecast(new Date(0), () => 1 - Number.EPSILON)[0], {
    date: '1970-01-02',
    temperatureC: 54,
    temperatureF: 129,
    summary: 'Scorching',
  });
});

test('Fahrenheit is cut off towards zero, as the .NET template does it', () => {
  assert.deepEqual([-20, -1, 0, 1, 25, 54].map(toFahrenheit), [-3, 31, 32, 33, 76, 129]);
});
