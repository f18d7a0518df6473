import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptTraces } from '../../../src/services/apigateway/kept-traces.ts';
import { TraceStore } from '../../../src/trace/trace-store.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { RequestTrace } from '../../../src/services/apigateway/request-trace.ts';

const integration = { type: 'HTTP_PROXY' };
const decision = { status: 200, why: 'The integration answered' };
const denied = { status: 403, why: 'denied' };
const sent = { added: ['Host'], removed: [] };

function ended(id: string, path: string, total: number): RequestTrace {
  const words = { a: 0, b: 0, c: 0, d: Number(id.at(-1)) };
  const trace = new RequestTrace(words, 1_700_000_000_000 + total, 'api', 'prod', 'GET', path, '127.0.0.1');
  trace.resource = '/{proxy+}';
  trace.authorizer = { name: 'jwt', identity: id, cache: 'hit' };
  trace.decision = decision;
  trace.integration = integration;
  trace.passedOn('link', { target: `10.0.0.${total}:80` }, sent, undefined);
  trace.integrationMs = total / 2;
  trace.totalMs = total;
  return trace;
}

function id(digit: number): string {
  return `00000000-0000-4000-8000-00000000000${digit}`;
}

/** The traces as the store tells them, in the order in which they came. */
function kept(traces: readonly RequestTrace[]): Trace[] {
  const store = new TraceStore();
  const keeper = new KeptTraces();
  for (const trace of traces) keeper.keep(trace, store);
  return store.recent(100).toReversed();
}

test('a request that is like one before tells the same as if all of it were kept', () => {
  const traces = [ended(id(1), '/x', 1), ended(id(2), '/x', 2), ended(id(3), '/y', 3)];
  assert.deepEqual(
    kept(traces),
    traces.map((trace) => trace.toTrace()),
  );
  assert.equal(traces[1]!.toTrace().integration?.target, '10.0.0.2:80');
});

test('requests of several kinds in turn, and some with more to tell, are each told as they were', () => {
  const traces = Array.from({ length: 60 }, (_, index) => {
    const trace = ended(`00000000-0000-4000-8000-0000000000${index + 10}`, '/x', index);
    if (index % 7 === 0) trace.logs.push(`line ${index}`);
    if (index % 3 === 0) trace.decision = denied;
    if (index % 11 === 0) trace.resource = `/${index}`;
    if (index % 5 === 0) trace.integrationMs = undefined;
    return trace;
  });
  assert.deepEqual(
    kept(traces),
    traces.map((trace) => trace.toTrace()),
  );
});

test('a request with more to tell is kept as it is, and the next one is not taken for its like', () => {
  const first = ended(id(1), '/x', 1);
  first.logs.push('a line');
  const second = ended(id(2), '/x', 2);
  assert.deepEqual(
    kept([first, second]).map(({ logs }) => logs),
    [['a line'], []],
  );
});
