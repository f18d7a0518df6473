import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdSource } from '../../src/gateway/request-ids.ts';
import { uuidText } from '../../src/trace/uuid.ts';

test('the ids of each request have the forms of AWS, and no two requests share one (AG-069, AG-224, AG-920)', () => {
  const next = createIdSource(Math.random);
  const now = 1_700_000_000_999;
  const seen = new Set<string>();
  for (let index = 0; index < 200; index++) {
    const ids = next();
    const { requestId, extendedRequestId } = ids;
    const root = ids.traceRoot(now);
    assert.match(requestId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(extendedRequestId, /^[\w-]{15}=$/);
    assert.match(root, /^Root=1-6553f100-[0-9a-f]{24}$/);
    assert.equal(ids.answerLines, `x-amzn-RequestId: ${requestId}\r\nx-amz-apigw-id: ${extendedRequestId}\r\n`);
    assert.equal(ids.traceLine(now), `X-Amzn-Trace-Id: ${root}\r\n`);
    assert.equal(uuidText(ids), requestId);
    for (const id of [requestId, extendedRequestId, root]) assert.ok(!seen.has(id));
    for (const id of [requestId, extendedRequestId, root]) seen.add(id);
  }
});

test('a trace begins with the second in which the request came', () => {
  const ids = createIdSource(() => 0)();
  assert.equal(ids.traceRoot(1000), 'Root=1-00000001-000000000000000000000000');
  assert.equal(ids.traceRoot(2000), 'Root=1-00000002-000000000000000000000000');
});
