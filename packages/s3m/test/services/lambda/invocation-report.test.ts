import assert from 'node:assert/strict';
import test from 'node:test';
import { exitText, reportInvocation, reportLine } from '../../../src/services/lambda/invocation-report.ts';

const invocation = { requestId: 'r', timeoutMs: 3_000, now: Date.parse('2026-01-02T03:04:05.678Z') };

test('a response is passed on as it is', () => {
  assert.deepEqual(reportInvocation({ kind: 'response', body: '{"a": 1}' }, invocation), { payload: '{"a": 1}', lines: [] });
});

test('an error object is passed on; its own type and message win over the header', () => {
  const body = '{"errorType":"Custom","errorMessage":"m"}';
  const report = reportInvocation({ kind: 'error', body, errorType: 'Header' }, invocation);
  assert.equal(report.payload, body);
  assert.deepEqual(report.error, { type: 'Custom', message: 'm' });
  const noJson = reportInvocation({ kind: 'error', body: 'text', errorType: 'Header' }, invocation);
  assert.deepEqual(noJson.error, { type: 'Header', message: '' });
});

test('a time-out has seconds with two decimals in payload and log (AG-485, AG-486, LMB-036)', () => {
  const report = reportInvocation({ kind: 'timeout' }, invocation);
  assert.equal(report.payload, '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: r Error: Task timed out after 3.00 seconds"}');
  assert.deepEqual(report.lines, ['2026-01-02T03:04:05.678Z r Task timed out after 3.00 seconds']);
  assert.equal(report.status, 'Status: timeout');
});

test('exits are told by status or signal', () => {
  assert.equal(exitText(127, undefined), 'Runtime exited with error: exit status 127');
  assert.equal(exitText(0, undefined), 'Runtime exited without providing a reason');
  assert.equal(exitText(undefined, 'SIGKILL'), 'Runtime exited with error: signal: killed');
  assert.equal(exitText(undefined, 'SIGABRT'), 'Runtime exited with error: signal: aborted (core dumped)');
  assert.equal(exitText(undefined, 'SIGTERM'), 'Runtime exited with error: signal: term');
});

test('the REPORT line bills whole milliseconds, initialisation included (AG-503, LMB-046)', () => {
  const report = { requestId: 'r', durationMs: 3.01, memoryMb: 128, maxMemoryMb: 36, initMs: 110.1, status: undefined };
  assert.equal(
    reportLine(report),
    'REPORT RequestId: r\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t',
  );
  assert.equal(
    reportLine({ ...report, initMs: undefined, maxMemoryMb: undefined, status: 'Status: timeout' }),
    'REPORT RequestId: r\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tStatus: timeout\t',
  );
});
