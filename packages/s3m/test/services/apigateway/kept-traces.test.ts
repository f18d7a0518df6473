import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptTraces } from '../../../src/services/apigateway/kept-traces.ts';
import { RequestTrace } from '../../../src/services/apigateway/request-trace.ts';

const integration = { type: 'HTTP_PROXY' };
const decision = { status: 200, why: 'The integration answered' };
const sent = { added: ['Host'], removed: [] };

function ended(id: string, path: string, total: number): RequestTrace {
  const trace = new RequestTrace(id, 1_700_000_000_000 + total, 'api', 'prod', 'GET', path, '127.0.0.1');
  trace.resource = '/{proxy+}';
  trace.authorizer = { name: 'jwt', identity: id, cache: 'hit' };
  trace.decision = decision;
  trace.integration = integration;
  trace.passedOn('link', { target: `10.0.0.${total}:80` }, sent, undefined);
  trace.integrationMs = total / 2;
  trace.totalMs = total;
  return trace;
}

test('a request that is like the one before tells the same as if all of it were kept', () => {
  const kept = new KeptTraces();
  const traces = [ended('a', '/x', 1), ended('b', '/x', 2), ended('c', '/y', 3)];
  const records = traces.map((trace) => kept.keep(trace));
  assert.notEqual(records[1], traces[1]);
  assert.deepEqual(
    records.map((record) => record.toTrace()),
    traces.map((trace) => trace.toTrace()),
  );
  assert.equal(records[1]!.toTrace().integration?.target, '10.0.0.2:80');
});

test('a request with more to tell is kept as it is, and the next one is not taken for its like', () => {
  const kept = new KeptTraces();
  const first = ended('a', '/x', 1);
  first.logs.push('a line');
  const second = ended('b', '/x', 2);
  const denied = ended('c', '/x', 3);
  denied.decision = { status: 403, why: 'denied' };
  for (const trace of [first, second, denied]) assert.equal(kept.keep(trace), trace);
  assert.deepEqual(second.toTrace().logs, []);
});
