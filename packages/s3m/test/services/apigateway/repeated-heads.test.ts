import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import type { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { deployment } from '../../../src/services/apigateway/deployment.ts';
import { stage } from '../../../src/services/apigateway/stage.ts';
import { createContext } from '../fake-account.ts';
import { allow, proxy } from './gateway-fixture.ts';
import { cutAt, readAnswers } from './generated-calls.ts';
import { openMemoryGateway, type MemoryClient, type MemoryGateway } from './memory-gateway.ts';

/** One of few heads: many come again, and many differ in one byte. */
interface Call {
  readonly connection: 0 | 1;
  readonly verb: string;
  readonly path: string;
  readonly name: string;
  readonly user: string;
  readonly lines: readonly string[];
  readonly body: string;
  readonly cuts: readonly number[];
}

const call: fc.Arbitrary<Call> = fc.record({
  connection: fc.constantFrom(0, 1),
  verb: fc.constantFrom('GET', 'GET', 'GET', 'PUT', 'HEAD'),
  path: fc.constantFrom('x/1', 'x/1', 'x/2', 'X/1', 'x/1?a', 'y/1'),
  name: fc.constantFrom('Authorization', 'Authorization', 'authorization'),
  user: fc.constantFrom('one', 'one', 'two', 'One', 'none'),
  lines: fc.constantFrom([], ['X-Note: a'], ['X-Note: b'], ['x-note: a'], ['Connection: X-Note', 'X-Note: a'], ['X-User: admin']),
  body: fc.constantFrom('', '', 'x', 'y'),
  cuts: fc.constantFrom([], [], [], [5], [60]),
});

/** The latest call once more, in some with another value: what is kept of it must be taken then, or must not. */
interface Again {
  readonly again: Partial<Call>;
}

const again: fc.Arbitrary<Again> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    fc.record({ user: fc.constantFrom('one', 'two', 'One') }),
    fc.record({ path: fc.constantFrom('x/1', 'x/2', 'X/1') }),
    fc.record({ verb: fc.constantFrom('GET', 'PUT', 'HEAD') }),
    fc.record({ lines: fc.constantFrom(['X-Note: a'], ['X-Note: b']) }),
    fc.record({ body: fc.constantFrom('x', 'y') }),
  )
  .map((change) => ({ again: change }));

type Action = Call | Again | 'another deployment' | 'the authorizer says something else' | 'flush' | 'kept results expire';
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: call },
  { weight: 12, arbitrary: again },
  { weight: 2, arbitrary: fc.constantFrom('another deployment', 'the authorizer says something else', 'flush', 'kept results expire') },
);

const ttlSeconds = 5;

/** The bytes of a call. */
function write({ verb, path, name, user, lines, body }: Call): string {
  const length = body === '' ? [] : [`Content-Length: ${body.length}`];
  return [`${verb} /prod/${path} HTTP/1.1`, 'Host: a', ...lines, `${name}: ${user}`, ...length, '', body].join('\r\n');
}

/** Lets `/x/{proxy+}` have a method of its own in a second deployment. Answers what makes the stage serve one or the other. */
async function twoDeployments({ gateway, guard }: MemoryGateway): Promise<(second: boolean) => Promise<void>> {
  const RestApiId = gateway.api.id;
  const RequestParameters = {
    'integration.request.header.X-User': 'context.authorizer.user',
    'integration.request.header.X-Version': "'two'",
    'integration.request.path.proxy': 'method.request.path.proxy',
  };
  const first = gateway.api.servedBy('prod')!;
  await gateway.method('ANY', '/x/{proxy+}', { ...proxy('http://nlb.internal/second/{proxy}', { RequestParameters }), ...guard });
  const { ref } = await gateway.create(deployment, 'Second', { RestApiId });
  return async (second) => {
    const properties = { RestApiId, DeploymentId: second ? ref : first, StageName: 'prod' };
    await gateway.stage!.update!(createContext(gateway.account, stage, { logicalId: 'Stage', properties }));
  };
}

/** What the gateway should do, kept as simply as can be: nothing is known of heads that came before. */
class Model {
  second = false;
  epoch = 0;
  readonly #kept = new Map<string, { readonly user: string; readonly until: number }>();

  flush(): void {
    this.#kept.clear();
  }

  /** What the backend is told; undefined for a call that is denied. */
  toBackend({ verb, path, user, lines, body }: Call, now: number): readonly unknown[] | undefined {
    let kept = this.#kept.get(user);
    if (kept === undefined || kept.until <= now)
      this.#kept.set(user, (kept = { user: `${user}@${this.epoch}`, until: now + ttlSeconds * 1000 }));
    if (user === 'none' || (user === 'two' && verb === 'PUT')) return undefined;
    const own = this.second && path.startsWith('x/');
    const nominated = lines.some((line) => line.startsWith('Connection'));
    const note = nominated ? [] : lines.filter((line) => /^x-note/i.test(line));
    return [verb, own ? `/second/${path.slice(2)}` : `/${path}`, [kept.user], own ? ['two'] : [], note, body];
  }
}

suite('heads that come again, and heads that nearly do', () => {
  test('each request is routed, authorised and sent on as if it were the first one, whatever changed in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
        await using memory = await openMemoryGateway({ AuthorizerResultTtlInSeconds: ttlSeconds });
        const { gateway, backend, lambda } = memory;
        const clock = gateway.account.clock as VirtualClock;
        const model = new Model();
        lambda.handler = ({ authorizationToken: user }) => {
          const context = { user: `${user}@${model.epoch}` };
          if (user === 'none') return allow('arn:aws:execute-api:*:*:*', context, 'Deny');
          return allow(`arn:aws:execute-api:*:*:*/prod/${user === 'two' ? '?E*' : '*'}/*`, context);
        };
        backend.answer = ({ method, target, variable }) => {
          const body = `${target}|${variable('X-User').join()}`;
          return `HTTP/1.1 200 OK\r\nX-Own: ${body}\r\nContent-Length: ${body.length}\r\n\r\n${method === 'HEAD' ? '' : body}`;
        };
        const serve = await twoDeployments(memory);
        const clients: MemoryClient[] = [memory.connect(), memory.connect()];
        let latest: Call | undefined;
        for (const action of actions) {
          const each = typeof action === 'object' && 'again' in action ? latest && { ...latest, ...action.again } : action;
          if (each === undefined) continue;
          if (typeof each === 'object') latest = each;
          if (each === 'flush') {
            gateway.api.flushAuthorizers('prod');
            model.flush();
          } else if (each === 'another deployment') {
            await serve((model.second = !model.second));
          } else if (each === 'the authorizer says something else') {
            model.epoch++;
          } else if (each === 'kept results expire') {
            await clock.advance(ttlSeconds * 1000);
          } else {
            backend.seen.length = 0;
            if (clients[each.connection]!.closed) clients[each.connection] = memory.connect();
            const expected = model.toBackend(each, clock.now());
            const received = await clients[each.connection]!.ask(cutAt(Buffer.from(write(each)), each.cuts));
            const [answer, ...more] = readAnswers(received, [each.verb]);
            assert.deepEqual(more, []);
            const seen = backend.seen.map(({ method, target, lines, variable, body }) => [
              method,
              target,
              variable('X-User'),
              variable('X-Version'),
              lines.filter((line) => /^x-note/i.test(line)),
              body,
            ]);
            assert.deepEqual(seen, expected === undefined ? [] : [expected]);
            assert.equal(answer!.status, expected === undefined ? 403 : 200);
            const own = expected && `${String(expected[1])}|${String(expected[2])}`;
            if (own !== undefined) assert.ok(answer!.head.includes(`X-Own: ${own}\r\n`), answer!.head);
            if (own !== undefined) assert.equal(answer!.body, each.verb === 'HEAD' ? '' : own);
            const { path, method } = gateway.account.traces.find(/x-amzn-RequestId: (.+)/.exec(answer!.head)![1]!)!;
            assert.deepEqual([method, path], [each.verb, `/${each.path.split('?')[0]!}`]);
          }
        }
      }),
      { seed: 20_261_125, numRuns: 100 },
    );
  });
});
